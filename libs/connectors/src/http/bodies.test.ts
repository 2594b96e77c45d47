import type { JsonObject } from '@leadline/domain'
import { describe, expect, it } from 'vitest'
import { runExample } from '../kit/run-example.ts'
import { http } from './http.ts'

const url = 'https://crm.example/x'

async function send(settings: JsonObject, lead: JsonObject = {}) {
  const settled = { url, ...settings }
  expect(http.check(settled)).toEqual([])
  const answer = { status: 200, body: '' }
  const expected = { rule: '', conclusion: { type: 'success' } } as const
  const { wire, verdict } = await runExample(http, { name: 'x', with: settled, lead, answer, expect: expected })
  return { ...wire, text: wire?.body?.toString() ?? '', verdict }
}

describe('a body', () => {
  it('of JSON nests by dots, makes arrays of digits and closes their holes', async () => {
    const json = {
      'person.first': '{{lead.first}}',
      'phones.0': '{{lead.none}}',
      'phones.3': '7',
      'data{1}': true,
      'o.x': { 'y.z': 1 },
    }
    const { text } = await send({ body: { json } }, { first: 'Dana "D"' })
    expect(JSON.parse(text)).toEqual({
      person: { first: 'Dana "D"' },
      phones: ['7'],
      data: { '1': true },
      o: { x: { y: { z: 1 } } },
    })
  })

  it('of JSON is an array when its names are digits', async () => {
    expect((await send({ body: { json: { '0.e': 'a', '2.e': 'b' } } })).text).toBe('[{"e":"a"},{"e":"b"}]')
  })

  it('of JSON or XML stands in one parameter of a form, with others beside it', async () => {
    const { text, headers } = await send({ body: { json: { last: 'Ng' }, parameter: 'element', extra: { op: 'create' } } })
    expect(text).toBe('element=%7B%22last%22%3A%22Ng%22%7D&op=create')
    expect(headers?.['Content-Type']).toBe('application/x-www-form-urlencoded')
    const form = new URLSearchParams((await send({ body: { xml: { 'lead.a': '1' }, parameter: 'xml' } })).text)
    expect([...form]).toEqual([['xml', '<?xml version="1.0"?><lead><a>1</a></lead>']])
  })

  it('of a parameter takes any name beside it, as a form does', async () => {
    const body = { json: {}, parameter: 'element', extra: { 'a.b': '1', 't.0': 'x', 't.3': 'y', 'a..b': '2', '7': 'z' } }
    expect((await send({ body })).text).toBe('element=%7B%7D&7=z&a.b=1&t=x&t=y&a..b=2')
  })

  it('of a form takes any name', async () => {
    const form = { 'a.b': '1', 't.0': 'x', 't.3': 'y', 'lead[zip]': '9', 'a..b': '2', '7': 'z' }
    expect((await send({ body: { form } })).text).toBe('a.b=1&t=x&t=y&lead%5Bzip%5D=9&a..b=2&7=z'.replace(/(.*)&7=z/, '7=z&$1'))
    expect((await send({ body: { form: { 'lead[zip]': '9' }, names: 'plain' } })).text).toBe('lead[zip]=9')
  })

  it('of XML has attributes, CDATA and repeats, and an empty root when nothing is found', async () => {
    const xml = { 'lead.p.0': '{{lead.p}}', 'lead.p.0@type': 'home', 'lead.p.4': '2', 'lead.n#cdata': '{{lead.n}}' }
    expect((await send({ body: { xml } }, { p: '<1>', n: 'a]]>b' })).text).toBe(
      '<?xml version="1.0"?><lead><p type="home">&lt;1&gt;</p><p>2</p><n><![CDATA[a]]]]><![CDATA[>b]]></n></lead>',
    )
    expect((await send({ body: { xml: { 'lead.a': '{{lead.a}}' } } })).text).toBe('<?xml version="1.0"?><lead/>')
  })

  it('of SOAP 1.2 names its action in the content type', async () => {
    const soap = { version: '1.2', operation: 'Put', action: 'urn:put', headers: { Token: 't' } }
    const { text, headers } = await send({ body: { soap } })
    expect(headers?.['Content-Type']).toBe('application/soap+xml; charset=utf-8; action="urn:put"')
    expect(text).toContain('<soap:Header><Token>t</Token></soap:Header><soap:Body><Put/></soap:Body>')
  })

  it('of CSV, pipes and fixed columns is one record', async () => {
    const values = ['{{lead.name}}', '{{lead.none}}', 7]
    const lead = { name: 'Ng, "D"|x' }
    const csv = await send({ body: { csv: { values, names: ['n', 'x', 's'] } } }, lead)
    expect([csv.text, csv.headers?.['Content-Type']]).toEqual(['n,x,s\r\n"Ng, ""D""|x",,7\r\n', 'text/csv; charset=utf-8'])
    expect((await send({ body: { pipe: { values } } }, lead)).text).toBe('Ng, "D"\\|x||7')
    const columns = [
      { name: 'name', value: '{{lead.name}}', width: 12 },
      { value: 7, width: 3, align: 'right', pad: '0' },
    ]
    expect((await send({ body: { fixedWidth: { columns } } }, lead)).text).toBe('Ng, "D"|x   007')
  })

  it('of fixed columns that cannot hold a value is not sent', async () => {
    const { verdict } = await send(
      { body: { fixedWidth: { columns: [{ name: 'n', value: '{{lead.n}}', width: 2 }] } } },
      { n: 'abc' },
    )
    expect(verdict).toMatchObject({ rule: 'unfit-value', conclusion: { error: { code: 'INVALID_VALUE' } } })
  })

  it('that is raw escapes as its content type wants it', async () => {
    const raw = '{{lead.name}},"{{lead.name}} ({{lead.zip}})"'
    const { text } = await send({ body: { raw, contentType: 'Text/CSV; charset=utf-8' } }, { name: 'Ng, "D"', zip: '1' })
    expect(text).toBe('"Ng, ""D""","Ng, ""D"" (1)"')
    const shared = { url, body: { raw: '{{lead.first}} {{lead.last}}', contentType: 'text/csv' } }
    expect(http.check(shared)).toMatchObject([{ path: ['body'], message: expect.stringContaining('put the cell in quotes') }])
  })

  it('of multipart has fields and files', async () => {
    const files = [{ name: 'doc', filename: '{{lead.n}}.txt', contentType: 'text/plain', content: 'aGk=', encoding: 'base64' }]
    const sent = await send({ body: { multipart: { fields: { a: '{{lead.n}}', t: ['x', 'y'] }, files } } }, { n: 'é"' })
    const body = Buffer.isBuffer(sent.body) ? new Uint8Array(sent.body) : ''
    const form = await new Response(body, { headers: { 'content-type': sent.headers?.['Content-Type'] ?? '' } }).formData()
    const file = form.get('doc')
    expect([form.get('a'), form.getAll('t')]).toEqual(['é"', ['x', 'y']])
    expect(file instanceof File ? [file.name, await file.text()] : []).toEqual(['é".txt', 'hi'])
  })
})

describe('a name that is no path', () => {
  const body = (given: JsonObject) => ({ url, body: given })
  const wrong = { 'a..b': '1' }
  const refused: readonly (readonly [JsonObject, string])[] = [
    [body({ json: wrong }), 'body.json'],
    [body({ json: { list: [{ inner: wrong }] } }), 'body.json.list.0.inner'],
    [body({ soap: { operation: 'Put', arguments: wrong } }), 'body.soap.arguments'],
    [body({ soap: { operation: 'Put', headers: { inner: wrong } } }), 'body.soap.headers.inner'],
    [body({ form: { a: wrong } }), 'body.form.a'],
    [body({ xml: { 'lead.a': wrong } }), 'body.xml.lead.a'],
    [body({ csv: { values: [wrong] } }), 'body.csv.values.0'],
    [body({ pipe: { values: [wrong] } }), 'body.pipe.values.0'],
    [body({ fixedWidth: { columns: [{ value: wrong, width: 9 }] } }), 'body.fixedWidth.columns.0.value'],
    [body({ multipart: { fields: { a: wrong } } }), 'body.multipart.fields.a'],
    [body({ json: {}, parameter: 'p', extra: { a: wrong } }), 'body.extra.a'],
    [{ url, query: { a: wrong } }, 'query.a'],
  ]

  it.each(refused)('is refused where it stands: %j', (settings, place) => {
    const issues = http.check(settings).map(({ path, message }) => ({ place: path.join('.'), message }))
    expect(issues).toEqual([{ place, message: '"a..b" is not a path of names between dots' }])
  })
})

describe('XML whose paths do not make one document', () => {
  it.each([[{ a: '1', b: '2' }], [{}], [{ 'a.0': '1', 'a.1': '2' }], [{ 'a.0.b': '1' }], [{ a: ['1', '2'] }]])(
    'is refused: %j',
    (xml) => {
      const one = expect.stringContaining('a document has one root')
      expect(http.check({ url, body: { xml } })).toMatchObject([{ path: ['body', 'xml'], message: one }])
    },
  )
})

describe('a request', () => {
  it('has its query before the fragment is forgotten, after what the URL has', async () => {
    const query = { 'a.b': '1', 't.0': 'x', 't.3': 'y', none: '{{lead.none}}' }
    expect((await send({ method: 'GET', url: `${url}?k=v#top`, query })).url).toBe(`${url}?k=v&a.b=1&t=x&t=y`)
  })

  it('carries Basic credentials, encoded', async () => {
    const { headers } = await send({ basic: { username: 'ann', password: 's3cret' } })
    expect(headers?.['Authorization']).toBe('Basic YW5uOnMzY3JldA==')
  })
})

describe('the address of a step', () => {
  const issues = (address: string) =>
    http.check({ url: address }, { hosts: 'public' }).map(({ path, message }) => [...path, message])

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://crm.internalzone',
    'http://localhost:8080/',
    'http://[::1]/',
    'http://0x7f.1/',
    'http://com/',
    'https://10.0.0.1/{{lead.id}}',
  ])('that is not public is refused where calls will be refused: %s', (address) => {
    expect(issues(address)).toEqual([['url', 'URL must be public']])
  })

  it.each(['https://crm.example.com/x', 'https://8.8.8.8/', 'https://a.co.uk./', 'https://crm.example/'])(
    'is fine: %s',
    (address) => {
      expect(issues(address)).toEqual([])
    },
  )
})
