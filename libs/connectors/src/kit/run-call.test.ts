import type { JsonObject } from '@leadline/domain'
import { type CallResult, createRedactor, type HttpCaller, type HttpRequest } from '@leadline/http'
import { describe, expect, it } from 'vitest'
import type { StepVerdict } from '../connector.ts'
import { http } from '../http/http.ts'
import { defaultCallLimits } from './call-limits.ts'

const timings = { connectMs: 1, firstByteMs: 2, totalMs: 3 }
const answered = (status: number, body: string, headers: Record<string, string> = {}): CallResult => {
  return { type: 'answered', response: { status, headers, body: Buffer.from(body) }, timings }
}

interface Run {
  readonly verdict: StepVerdict
  readonly sent: readonly HttpRequest[]
}

async function run(
  result: CallResult | Error,
  settings: JsonObject,
  lead: JsonObject = {},
  hidden: readonly string[] = [],
): Promise<Run> {
  const sent: HttpRequest[] = []
  const caller: HttpCaller = {
    call: async (request) => {
      sent.push(request)
      if (result instanceof Error) throw result
      return result
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const redact = createRedactor(['s3cret-token'])
  const action = http.compile({ url: 'https://crm.example/x', ...settings }, { http: caller, limits: defaultCallLimits, redact })
  const verdict = await action.run({
    view: { lead, appended: {}, source: {}, flow: {} },
    idempotencyKey: 'key-1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    attempt: 1,
    now: () => 0,
    signal: new AbortController().signal,
    hidden: () => hidden,
  })
  return { verdict, sent }
}

describe('a call', () => {
  it('carries the idempotency key and a span of the trace', async () => {
    const { sent } = await run(answered(200, ''), {})
    expect(sent[0]?.headers).toMatchObject({
      'Idempotency-Key': 'key-1',
      traceparent: expect.stringMatching(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)/),
    })
  })

  it('sends what must be hidden of a lead, and keeps it nowhere: not in the request, the answer, the reason or what is appended', async () => {
    const { verdict, sent } = await run(
      answered(422, '{"errors":"078-05-1120 is not known","echo":{"ssn":"078051120"}}', { 'content-type': 'application/json' }),
      { body: { json: { ssn: '{{lead.ssn}}' } }, reason: 'errors' },
      { ssn: '078051120' },
      ['078051120'],
    )
    expect(sent[0]?.body).toBe('{"ssn":"078051120"}')
    expect(verdict.conclusion).toMatchObject({ type: 'failure', reason: '*** is not known', appended: { echo: { ssn: '***' } } })
    expect(JSON.stringify(verdict)).not.toMatch(/078-?05-?1120/)
  })

  it('is recorded with request, answer, timings and destination', async () => {
    const { verdict } = await run(
      answered(200, '{"ok":1}', { 'content-type': 'application/json', 'set-cookie': 'sid=1' }),
      {
        body: { json: { a: '{{lead.a}}' } },
        headers: { Authorization: 'Bearer {{lead.token}}' },
      },
      { a: 1, token: 't' },
    )
    expect(verdict.destination).toBe('crm.example:443')
    expect(verdict.exchange).toEqual({
      request: {
        method: 'POST',
        url: 'https://crm.example/x',
        headers: expect.objectContaining({
          Authorization: '***',
          'Content-Type': 'application/json',
          'Idempotency-Key': 'key-1',
        }),
        body: '{"a":1}',
      },
      response: {
        status: 200,
        headers: { 'content-type': 'application/json', 'set-cookie': '***' },
        body: '{"ok":1}',
        bodyBytes: 8,
      },
      timings,
      sent: true,
    })
  })

  it('that is not answered says why, and that nothing came back', async () => {
    const { verdict } = await run(
      { type: 'unanswered', why: 'timeout', sent: true, message: 'no answer within 5 ms', timings },
      {},
    )
    expect(verdict.exchange).toMatchObject({ response: null, sent: true, error: 'no answer within 5 ms' })
    expect(verdict).toMatchObject({ rule: 'unanswered-unknown', conclusion: { error: { class: 'unknown', retryable: true } } })
  })

  it('never lets a secret that the answer echoes into outcome or record', async () => {
    const body = '{"errors":["bad s3cret-token"],"id":"s3cret-token","s3cret-token":1,"n":9007199254740993}'
    const settings = {
      url: 'https://crm.example/s3cret-token',
      reason: 'errors',
      headers: { 'X-Key': 's3cret-token' },
      body: { json: 's3cret-token' },
    }
    const { verdict, sent } = await run(answered(422, body, { 'x-request-id': 's3cret-token' }), settings)
    expect(sent[0]?.headers['X-Key']).toBe('s3cret-token')
    expect(verdict).toMatchObject({ conclusion: { type: 'failure', reason: 'bad ***', appended: { id: '***', '***': 1 } } })
    expect(JSON.stringify(verdict)).not.toContain('s3cret-token')
    expect(JSON.stringify(verdict)).toContain('"n":9007199254740993')
  })

  it('keeps at most 64 KB of a body, whole characters only, and no half of a secret', async () => {
    const { verdict } = await run(answered(200, `${'é'.repeat(32_760)}s3cret-token${'é'.repeat(10_000)}`), {})
    const response = verdict.exchange?.['response']
    const kept = typeof response === 'object' && response !== null && 'body' in response ? String(response['body']) : ''
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(65_536)
    expect(Buffer.byteLength(kept)).toBeGreaterThan(65_500)
    expect(kept).not.toMatch(/s3c|\ufffd/)
  })

  it('whose caller breaks its word ends as an error, not as a rejection', async () => {
    const { verdict } = await run(new Error('boom'), {})
    expect(verdict).toMatchObject({
      rule: 'unexpected',
      conclusion: { type: 'error', error: { code: 'UNEXPECTED', retryable: true, reason: 'boom' } },
    })
  })
})

describe('a reason', () => {
  it.each<[JsonObject, string]>([
    [{ reason: 'why' }, 'closed'],
    [{ reason: ['why', 'more'] }, 'a, b, closed'],
    [{ reason: 'blank', defaultReason: 'declined' }, 'declined'],
    [{}, 'not accepted'],
  ])('by %j is %j', async (settings, reason) => {
    const answer = answered(200, '{"status":"no","why":" closed ","more":["b","a","b"],"blank":"  "}')
    const { verdict } = await run(answer, { success: { path: 'status', equals: ['ok', 'queued'] }, ...settings })
    expect(verdict.conclusion).toMatchObject({ type: 'failure', reason })
  })
})

describe('a price', () => {
  it.each<[string, number | null]>([
    ['18.5', 18.5],
    ['"18.50"', 18.5],
    ['"$1,018.50"', 1018.5],
    ['"free"', null],
    ['null', null],
    ['0', 0],
  ])('%s is %j', async (price, expected) => {
    const { verdict } = await run(answered(200, `{"price":${price}}`), { price: 'price' })
    expect(verdict.conclusion).toMatchObject({ type: 'success', price: expected })
  })
})

describe('a configuration', () => {
  it.each<[JsonObject, RegExp]>([
    [{ url: 'ftp://crm.example/' }, /http or https/],
    [{ url: 'https://u:p@crm.example/' }, /credentials/],
    [{ headers: { 'content-length': '1' } }, /Content-Length header is not allowed/],
    [{ headers: { 'Idempotency-Key': '1' } }, /Idempotency-Key header is not allowed/],
    [{ headers: { Host: 'x' } }, /Host header is not allowed/],
    [{ headers: { 'X A': '1' } }, /not a header name/],
    [{ body: { json: {}, xml: '<a/>' } }, /exactly one/],
    [{ body: { raw: 'x' } }, /contentType/],
    [{ body: { raw: '{{leed.a}}', contentType: 'text/plain' } }, /did you mean "lead"/],
    [{ reason: 'a{b' }, /not a name/],
    [{ reason: '/id=(\\d+/' }, /cannot be read/],
    [{ search: { term: '/(a)\\1/' } }, /refers back/],
    [{ method: 'HEAD', body: { json: {} } }, /Unsupported HTTP method - use POST, PUT, DELETE, PATCH/],
    [{ method: 'GET', body: { form: {} } }, /Unsupported HTTP method/],
    [{ body: { json: { 'a..b': 1 } } }, /not a path/],
    [{ body: { xml: { 'a.b': '1', c: '2' } } }, /one root/],
    [{ body: { xml: { 'lead.first name': '1' } } }, /cannot be an element/],
    [{ body: { form: {}, parameter: 'x' } }, /json or xml/],
    [{ body: { json: {}, extra: {} } }, /needs parameter/],
    [{ body: { csv: { values: ['a'], names: ['a', 'b'] } } }, /as many names/],
    [{ basic: { username: 'a', password: 'b' }, headers: { authorization: 'x' } }, /set already/],
    [{ followRedirects: true }, /never followed/],
    [{ generic: {}, search: { term: 'x' } }, /concludes for itself/],
    [{ successCodes: [200], success: { status: [201] } }, /has its status/],
    [{ outcomes: [{ outcome: 'maybe' }] }, /is not allowed here; allowed: success/],
    [{ success: { status: [503] } }, /<=499/],
    [{ sucess: {} }, /did you mean "success"/],
    [{ success: { pth: 'x' } }, /did you mean "path"/],
  ])('%j is refused', (settings, message) => {
    const issues = http.check({ url: 'https://crm.example/x', ...settings })
    expect(issues.map((issue) => issue.message).join('\n')).toMatch(message)
  })
})
