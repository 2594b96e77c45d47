import type { JsonObject } from '@leadline/domain'
import type { Example, ExampleAnswer, ExpectedConclusion } from '../kit/declaration.ts'

const url = 'https://crm.example/leads'
const answered = (contentType: string, body: string, status = 200): ExampleAnswer => ({
  status,
  headers: { 'content-type': contentType },
  body,
})
const json = (body: JsonObject, status = 200) => answered('application/json', JSON.stringify(body), status)
const failure = (reason: string): ExpectedConclusion => ({ type: 'failure', reason })
const soap = { url, body: { soap: { operation: 'PutLead', namespace: 'urn:x', arguments: { 'Lead.Name': '{{lead.name}}' } } } }
const fault = (code: string) =>
  `<s:Envelope xmlns:s="x"><s:Body><s:Fault><faultcode>s:${code}</faultcode><faultstring>Zip missing</faultstring></s:Fault></s:Body></s:Envelope>`

/** One answer for each kind of criterion. */
export const judgeExamples: readonly Example[] = [
  {
    name: 'a rule of the step decides, and its id is kept',
    with: { url, outcomes: [{ id: 'dupe', when: { path: 'code', equals: 'DUP' }, outcome: 'failure', reason: 'Duplicate' }] },
    lead: {},
    answer: json({ code: 'dup' }),
    expect: { rule: 'outcomes.dupe', conclusion: failure('Duplicate') },
  },
  {
    name: 'a status with values in the body',
    with: { url, successWhen: { status: 200, body: { lead: { created: true } } } },
    lead: {},
    answer: json({ lead: { created: true } }),
    expect: { rule: 'success-when', conclusion: { type: 'success' } },
  },
  {
    name: 'words of success in plain text, its parts captured',
    with: { url, search: { term: 'accepted' }, price: 'price: \\$(\\d+\\.\\d{2})', capture: { lead_id: 'ID: (\\d+)' } },
    lead: {},
    answer: answered('text/plain', 'Lead accepted with ID: 12345 and price: $45.00'),
    expect: { rule: 'search-found', conclusion: { type: 'success', price: 45, appended: { lead_id: '12345' } } },
  },
  {
    name: 'the words are missing, and the page says why',
    with: { url, search: { term: 'thank you' }, reason: 'li.err' },
    lead: {},
    answer: answered('text/html', '<html><ul><li class="err">zip</li><li class="err">age</li></ul></html>'),
    expect: { rule: 'search-not-found', conclusion: failure('age, zip') },
  },
  {
    name: 'an answer that concludes for itself',
    with: { url, generic: {} },
    lead: {},
    answer: json({ outcome: 'failure', reason: 'dupe', lead: { id: '7' } }),
    expect: { rule: 'answer-outcome', conclusion: failure('dupe') },
  },
  {
    name: 'one that should and does not',
    with: { url, generic: {} },
    lead: {},
    answer: json({ id: 7 }),
    expect: { rule: 'default-outcome', conclusion: { type: 'error', error: { reason: 'Unrecognized response' } } },
  },
  {
    name: 'one that does not say what it is',
    with: { url, generic: {} },
    lead: {},
    answer: { status: 200, body: '{}' },
    expect: {
      rule: 'unlabelled',
      conclusion: { type: 'error', error: { reason: 'No Content-Type specified in server response', retryable: false } },
    },
  },
  {
    name: 'a SOAP call and its answer',
    with: { ...soap, success: { path: 'PutLeadResult.Ok' }, reference: 'PutLeadResult.Id' },
    lead: { name: 'A & B' },
    wire: {
      method: 'POST',
      url,
      headers: { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: '""' },
      body: '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><PutLead xmlns="urn:x"><Lead><Name>A &amp; B</Name></Lead></PutLead></soap:Body></soap:Envelope>',
    },
    answer: answered(
      'text/xml',
      '<s:Envelope xmlns:s="x"><s:Body><PutLeadResponse><PutLeadResult><Ok>true</Ok><Id>881</Id></PutLeadResult></PutLeadResponse></s:Body></s:Envelope>',
    ),
    expect: {
      rule: 'success-path',
      conclusion: { type: 'success', reference: '881', appended: { PutLeadResult: { Ok: 'true', Id: '881' } } },
    },
  },
  {
    name: 'a SOAP fault that is ours',
    with: soap,
    lead: {},
    answer: answered('text/xml', fault('Client'), 500),
    expect: { rule: 'soap-fault-of-sender', conclusion: { type: 'error', error: { reason: 'Zip missing', retryable: false } } },
  },
  {
    name: 'a SOAP fault that is theirs',
    with: soap,
    lead: {},
    answer: answered('text/xml', fault('Server'), 500),
    expect: { rule: 'soap-fault-of-receiver', conclusion: { type: 'error', error: { reason: 'Zip missing', retryable: true } } },
  },
]
