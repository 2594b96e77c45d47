import type { Json, JsonObject } from '@leadline/domain'
import type { Example, ExampleAnswer } from '../kit/declaration.ts'

const lead: JsonObject = { id: 'a/7', name: 'Zoë "Zed" Ng', phone: '7378742833', tags: ['a', 'b'] }
const delivery: JsonObject = {
  url: 'https://crm.example/leads',
  body: { json: { name: '{{lead.name}}', tags: '{{lead.tags}}', zip: '{{lead.zip}}', note: 'from {{source.name}}' } },
  success: { path: 'status', equals: 'accepted' },
  reason: 'errors',
  reference: 'id',
  price: 'offer.price',
}
const verdictByPath: JsonObject = { ...delivery, failure: { path: 'status', equals: ['rejected', 'duplicate'] } }
const json = (body: Json, status = 200): ExampleAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const text = (body: string, status = 200): ExampleAnswer => ({ status, headers: { 'content-type': 'text/plain' }, body })

const error = (code: string, retryable: boolean, retryAfterMs: number | null = null) => ({
  type: 'error' as const,
  error: { code, retryable, retryAfterMs },
})

const wire: Example['wire'] = {
  method: 'POST',
  url: 'https://crm.example/leads',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'example-key' },
  body: '{"name":"Zoë \\"Zed\\" Ng","tags":["a","b"],"note":"from web"}',
}

/** A lead, the request that is expected of it, an answer, and what is concluded. */
export const httpExamples: readonly Example[] = [
  {
    name: 'accepted by a path in the body, with reference and price',
    with: delivery,
    lead,
    wire,
    answer: json({ status: 'Accepted', id: 4711, offer: { price: '18.50' } }),
    expect: {
      rule: 'success-path',
      conclusion: {
        type: 'success',
        appended: { status: 'Accepted', id: 4711, offer: { price: '18.50' } },
        reference: '4711',
        price: 18.5,
      },
    },
  },
  {
    name: 'with no criteria any 2xx is success, and a list is appended under array',
    with: {
      method: 'GET',
      url: 'https://crm.example/leads/{{lead.id}}?v=1',
      query: { name: '{{lead.name}}', zip: '{{lead.zip}}' },
    },
    lead,
    wire: { method: 'GET', url: 'https://crm.example/leads/a%2F7?v=1&name=Zo%C3%AB%20%22Zed%22%20Ng', body: null },
    answer: json([{ id: 1 }]),
    expect: { rule: 'success-status', conclusion: { type: 'success', appended: { array: [{ id: 1 }] }, price: null } },
  },
  {
    name: 'a status that the step calls success, although it is 409',
    with: { ...delivery, success: { status: [200, 409] } },
    lead,
    answer: json({ errors: ['known'] }, 409),
    expect: { rule: 'success-status', conclusion: { type: 'success' } },
  },
  {
    name: 'a form; text is not appended',
    with: { url: 'https://crm.example/f', body: { form: { first: '{{lead.name}}', tag: '{{lead.tags}}', co: 'Ng & Co' } } },
    lead,
    wire: {
      method: 'POST',
      url: 'https://crm.example/f',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'first=Zo%C3%AB%20%22Zed%22%20Ng&tag=a&tag=b&co=Ng%20%26%20Co',
    },
    answer: text('OK'),
    expect: { rule: 'success-status', conclusion: { type: 'success', appended: {} } },
  },
  {
    name: 'XML there and back',
    with: {
      url: 'https://crm.example/x',
      body: { xml: '<lead n="{{lead.name}}"/>' },
      success: { path: 'r.@result', equals: 'ok' },
    },
    lead,
    wire: {
      method: 'POST',
      url: 'https://crm.example/x',
      headers: { 'Content-Type': 'application/xml; charset=utf-8' },
      body: '<lead n="Zoë &quot;Zed&quot; Ng"/>',
    },
    answer: { status: 200, body: '<r result="OK"><id>9</id></r>' },
    expect: { rule: 'success-path', conclusion: { type: 'success', appended: { r: { result: 'OK', id: '9' } } } },
  },
  {
    name: 'rejected by a path, reasons sorted and joined',
    with: verdictByPath,
    lead,
    answer: json({ status: 'rejected', errors: ['zip not served', ' age under 18 ', ''] }),
    expect: { rule: 'failure-path', conclusion: { type: 'failure', reason: 'age under 18, zip not served' } },
  },
  {
    name: 'readable but not what the step calls success',
    with: { ...delivery, defaultReason: 'buyer declined' },
    lead,
    answer: json({ status: 'no' }),
    expect: { rule: 'not-success', conclusion: { type: 'failure', reason: 'buyer declined', appended: { status: 'no' } } },
  },
  {
    name: 'neither success nor failure',
    with: verdictByPath,
    lead,
    answer: json({ status: 'perhaps' }),
    expect: { rule: 'default', conclusion: error('DESTINATION_CONTRACT', false) },
  },
  {
    name: 'text where the step needs a path',
    with: delivery,
    lead,
    answer: { status: 200, headers: { 'content-type': 'application/json' }, body: 'status: accepted' },
    expect: { rule: 'unreadable', conclusion: error('DESTINATION_CONTRACT', false) },
  },
  {
    name: 'a business reason with 422 is an answer',
    with: delivery,
    lead,
    answer: json({ errors: 'duplicate' }, 422),
    expect: { rule: 'refused-reason', conclusion: { type: 'failure', reason: 'duplicate' } },
  },
  {
    name: '422 without a reason is an error of our data',
    with: delivery,
    lead,
    answer: json({}, 422),
    expect: { rule: 'refused-data', conclusion: error('DESTINATION_REFUSED_DATA', false) },
  },
  {
    name: 'a status of 4xx that speaks of our request',
    with: delivery,
    lead,
    answer: text('', 405),
    expect: { rule: 'other-4xx', conclusion: error('DESTINATION_CONTRACT', false) },
  },
  {
    name: 'wrong credentials',
    with: delivery,
    lead,
    answer: text('', 401),
    expect: { rule: 'authentication', conclusion: error('DESTINATION_AUTHENTICATION', false) },
  },
  {
    name: 'asked to wait, in seconds',
    with: delivery,
    lead,
    answer: { status: 429, headers: { 'retry-after': '120' }, body: '' },
    expect: { rule: 'throttled', conclusion: error('DESTINATION_THROTTLED', true, 120_000) },
  },
  {
    name: 'asked to wait by a reset time',
    with: delivery,
    lead,
    answer: { status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1735689690' }, body: '' },
    expect: { rule: 'throttled', conclusion: error('DESTINATION_THROTTLED', true, 90_000) },
  },
  {
    name: 'unavailable until a date, whatever the body says',
    with: delivery,
    lead,
    answer: { status: 503, headers: { 'retry-after': 'Wed, 01 Jan 2025 00:00:30 GMT' }, body: '{"status":"accepted"}' },
    expect: { rule: 'unavailable', conclusion: error('DESTINATION_UNAVAILABLE', true, 30_000) },
  },
  {
    name: 'nobody there',
    with: delivery,
    lead,
    answer: { unanswered: 'connection', sent: false },
    expect: { rule: 'unanswered-connection', conclusion: error('DESTINATION_CONNECTION', true) },
  },
  {
    name: 'not connected in time',
    with: delivery,
    lead,
    answer: { unanswered: 'timeout', sent: false },
    expect: { rule: 'unanswered-timeout', conclusion: error('DESTINATION_TIMEOUT', true) },
  },
  {
    name: 'sent without an answer may have been accepted',
    with: delivery,
    lead,
    answer: { unanswered: 'timeout', sent: true },
    expect: { rule: 'unanswered-unknown', conclusion: error('DESTINATION_UNKNOWN', true) },
  },
  {
    name: 'an endless answer',
    with: delivery,
    lead,
    answer: { unanswered: 'too-large', sent: true },
    expect: { rule: 'too-large', conclusion: error('DESTINATION_TOO_LARGE', false) },
  },
  {
    name: 'something that is not HTTP',
    with: delivery,
    lead,
    answer: { unanswered: 'garbage', sent: true },
    expect: { rule: 'garbage', conclusion: error('DESTINATION_CONTRACT', false) },
  },
  {
    name: 'an address that must not be called',
    with: delivery,
    lead,
    answer: { unanswered: 'refused', sent: false },
    expect: { rule: 'blocked', conclusion: error('DESTINATION_BLOCKED', false) },
  },
  {
    name: 'a value that would break a header is not sent at all',
    with: { ...delivery, headers: { 'X-Name': '{{lead.name}}' } },
    lead: { name: 'a\r\nX-Admin: 1' },
    expect: { rule: 'unfit-value', conclusion: error('INVALID_VALUE', false) },
  },
]
