import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../template.ts'
import type { View } from '../view.ts'
import { typedEmail, typedPhone, viewWith } from './sample-view.ts'

// Templates as people find them in the documents of the trade, word for word.
const answer =
  '<ValidateResponse><Status>Success</Status><Result><Valid>true</Valid><Score>85</Score></Result></ValidateResponse>'
const view: View = viewWith(
  {
    first_name: 'Dana',
    last_name: 'Ng',
    email: 'dana@example.org',
    phone: '(737) 874-2833',
    state: 'CA',
    region: 'west',
    product_type: 'auto',
    birth_date: '1984-02-09',
    base_score: 60,
    quality_bonus: '25',
    value: 1000,
    monthly_income: 5000,
    homeowner: 'yes',
    source: { id: 123, name: 'Web' },
    tags: ['a'],
  },
  {
    source: { name: 'Web', type: 'organic' },
    flow: { test_mode: false },
    submission: { timestamp: '2025-03-05T10:00:00Z', date: '2025-03-05' },
    settings: { api_key: 'k1', tokens: ['t0', 't1'] },
    now: Date.UTC(2025, 2, 5),
    stored: {
      auth_token: 'abc',
      username: 'me',
      password: 'secret',
      current_index: 1,
      id_pattern: 'ID: (\\d+)',
      price_pattern: 'price: \\$(\\d+\\.\\d{2})',
    },
  },
)
const names = Object.keys(view.stored ?? {})
const value = (template: string, more: Partial<View> = {}) =>
  compileTemplate(template, 'text', { names }).value({ ...view, ...more })
const parsed = { status: 'success', data: { score: 85, details: { email_valid: true } }, meta: { request_id: 'abc123' } }

describe('a template of the documents', () => {
  it.each([
    ['{{settings.api_key}}', 'k1'],
    ['Bearer {{auth_token}}', 'Bearer abc'],
    ['{{settings.tokens[current_index]}}', 't1'],
    ['Basic {{base64(username:password)}}', 'Basic bWU6c2VjcmV0'],
    ["{{lead.phone.replace(/\\D/g, '')}}", '7378742833'],
    ["{{lead.birth_date | date: 'MM/DD/YYYY'}}", '02/09/1984'],
    ['{{now - lead.birth_date | years}}', 41],
    ["{{lead.email.corporate ? 'B2B' : 'B2C'}}", 'B2C'],
    ["{{lead.phone.type || 'unknown'}}", 'unknown'],
    ['{{lead.first_name}} {{lead.last_name}}', 'Dana Ng'],
    ['{{lead.base_score + lead.quality_bonus}}', 85],
    ["{{source.name}}_{{submission.date.format('YYYYMM')}}", 'Web_202503'],
    ["{{lead.value >= 1000 ? 'High' : 'Standard'}}", 'High'],
    ["{{submission.timestamp.format('MM/DD/YYYY')}}", '03/05/2025'],
    ["{{lead.email.split('@')[1]}}", 'example.org'],
    ['{{lead.monthly_income * 12}}', 60_000],
    ["{{lead.homeowner == 'yes' ? 'Owner' : 'Renter'}}", 'Owner'],
    ["{{lead.email.isValidEmail() ? lead.email : 'invalid'}}", 'dana@example.org'],
  ])('%s gives %j', (template, expected) => {
    expect(value(template)).toEqual(expected)
  })

  it.each([
    ['{{response.status}}', 'success'],
    ['{{response.data.score}}', 85],
    ['{{response.data.details.email_valid}}', true],
    ['{{response.meta.request_id}}', 'abc123'],
    ['{{response.access_token}}', undefined],
  ])('reads an answer in JSON: %s gives %j', (template, expected) => {
    expect(value(template, { response: parsed })).toEqual(expected)
  })

  it.each([
    ["{{response.xpath('//Status')}}", answer, 'Success'],
    ["{{response.xpath('//Result/Valid')}}", answer, 'true'],
    ["{{response.xpath('//Result/Score')}}", answer, '85'],
    ["{{response.xpath('//Nope')}}", answer, undefined],
    ["{{response.split('|')[0]}}", 'SUCCESS|85|VALID|ABC123', 'SUCCESS'],
    ["{{response.split('|')[3]}}", 'SUCCESS|85|VALID|ABC123', 'ABC123'],
    ["{{response.split('|')[4]}}", 'SUCCESS|85|VALID|ABC123', undefined],
    ['{{response.match(id_pattern)[1]}}', 'Lead accepted with ID: 12345 and price: $45.00', '12345'],
    ['{{response.match(price_pattern)[1]}}', 'Lead accepted with ID: 12345 and price: $45.00', '45.00'],
    ['{{response.match(id_pattern)[1]}}', 'nothing', undefined],
  ])('reads an answer in text: %s of %j gives %j', (template, response, expected) => {
    expect(value(template, { response })).toEqual(expected)
  })

  it('makes an address', () => {
    const template =
      'https://api.company.com/v2/leads/{{lead.state}}/validate?source={{lead.source.id}}&type={{lead.product_type}}&test={{flow.test_mode}}'
    expect(compileTemplate(template, 'url').text(view)).toBe(
      'https://api.company.com/v2/leads/CA/validate?source=123&type=auto&test=false',
    )
    expect(compileTemplate(`https://api.example.com/\${lead.region}/leads`, 'url').text(view)).toBe(
      'https://api.example.com/west/leads',
    )
  })

  it('puts components of typed values into a JSON body', () => {
    const body = `{"emails": [{"address": "{{lead.email}}", "verified": {{lead.email.valid}}}],
      "phones": [{"number": "{{lead.phone}}", "type": "{{lead.phone.type || 'unknown'}}", "carrier": "{{lead.phone.carrier}}"}]}`
    const template = compileTemplate(body, 'json')
    const lead = { email: typedEmail('Dana@Example.org', true), phone: typedPhone({ type: 'mobile' }) }
    expect(JSON.parse(template.text(viewWith(lead)))).toEqual({
      emails: [{ address: 'dana@example.org', verified: true }],
      phones: [{ number: '5125550123', type: 'mobile', carrier: '' }],
    })
    expect(JSON.parse(template.text(viewWith({ email: typedEmail('nobody', false) }))).emails).toEqual([
      { address: 'nobody', verified: false },
    ])
    expect(JSON.parse(template.text(viewWith({}))).emails).toEqual([{ address: '', verified: null }])
  })

  it('makes a SOAP body, and the XML of back-quoted text', () => {
    const soap =
      '<lead:ValidateRequest xmlns:lead="http://partner.com/leads"><lead:Email>{{lead.email}}</lead:Email></lead:ValidateRequest>'
    expect(compileTemplate(soap, 'xml').text(view)).toContain('<lead:Email>dana@example.org</lead:Email>')
    const xml = `<lead><email>\${lead.email}</email><name><first>\${lead.first_name}</first></name></lead>`
    expect(compileTemplate(xml, 'xml').text(viewWith({ email: 'a&b', first_name: '<D>' }))).toBe(
      '<lead><email>a&amp;b</email><name><first>&lt;D&gt;</first></name></lead>',
    )
  })

  it('makes a batch', () => {
    const body = `{
"batch_id": "{{batch.id}}",
"leads": [
{{#each batch.leads}}
{
"id": "{{this.id}}",
"email": "{{this.email}}",
"phone": "{{this.phone}}"
}{{#unless @last}},{{/unless}}
{{/each}}
]
}`
    const batch = {
      id: 'b"1',
      leads: [
        { id: '1', email: 'a@b.c', phone: '5' },
        { id: '2', email: 'x"y' },
      ],
    }
    expect(JSON.parse(compileTemplate(body, 'json').text(viewWith({}, { batch })))).toEqual({
      batch_id: 'b"1',
      leads: [
        { id: '1', email: 'a@b.c', phone: '5' },
        { id: '2', email: 'x"y', phone: '' },
      ],
    })
  })

  it('decides by conditions', () => {
    const routed = "{{#if lead.value > 100}}premium{{else if lead.state in ['CA', 'TX']}}regional{{else}}standard{{/if}}"
    expect(
      [{ value: 101 }, { value: 1, state: 'tx' }, { state: 'NY' }].map((lead) =>
        compileTemplate(routed, 'text').text(viewWith(lead)),
      ),
    ).toEqual(['premium', 'regional', 'standard'])
  })
})
