import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leadsUrl, openScenario } from './gateway-scenario.ts'

let gateway: Awaited<ReturnType<typeof openScenario>>
beforeEach(async () => {
  gateway = await openScenario()
})
afterEach(() => gateway.close())

const post = (payload: string, headers: Readonly<Record<string, string>> = {}, url = leadsUrl) =>
  gateway.app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } })

describe('a lead', () => {
  it('is answered with its id once the log has it', async () => {
    const answer = await post('{"email":"ada@example.com","id":12345678901234567890}')
    const [event, ...others] = await gateway.received()
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({ leadId: event?.leadId })
    expect(answer.headers.location).toBe(`/v1/leads/${event?.leadId}`)
    expect(event).toMatchObject({ flow: 'demo', source: 'open', origin: 'http', flowVersion: 'abc123abc123' })
    expect(event?.lead).toBe('{"email":"ada@example.com","id":12345678901234567890}')
    expect(others).toEqual([])
  })

  it.each([
    ['application/json; charset=utf-8', '{"name":"Zoë","zip":"01234"}'],
    ['application/x-www-form-urlencoded', 'name=Zo%C3%AB&zip=01234'],
    ['application/xml', '<lead><name>Zoë</name><zip>01234</zip></lead>'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nZoë\r\n--x\r\nContent-Disposition: form-data; name=zip\r\n\r\n01234\r\n--x--',
    ],
  ])('comes as %s', async (contentType, body) => {
    expect((await post(body, { 'content-type': contentType })).statusCode).toBe(202)
    const [event] = await gateway.received()
    expect(JSON.parse(event?.lead ?? '')).toEqual({ name: 'Zoë', zip: '01234' })
  })

  it('comes in the query alone, by GET or POST', async () => {
    expect((await gateway.app.inject(`${leadsUrl}?name=Ada`)).statusCode).toBe(202)
    expect((await gateway.app.inject({ method: 'POST', url: `${leadsUrl}?name=Bob` })).statusCode).toBe(202)
    const leads = (await gateway.received()).map(({ lead }) => lead)
    expect(leads.toSorted()).toEqual(['{"name":"Ada"}', '{"name":"Bob"}'])
  })

  it('takes the query over the body where they clash', async () => {
    await post('{"name":"Ada","zip":"1"}', {}, `${leadsUrl}?name=Bob`)
    const [event] = await gateway.received()
    expect(JSON.parse(event?.lead ?? '')).toEqual({ name: 'Bob', zip: '1' })
  })

  it('is stored without credentials and control parameters', async () => {
    await post('{"name":"Ada","api_key":"sesame","is_ping":false}', {}, `${leadsUrl}?api_key=sesame&is_ping=false`)
    expect((await gateway.received()).map(({ lead }) => lead)).toEqual(['{"name":"Ada"}'])
  })

  it('carries the trace of its caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await post('{"a":1}', { traceparent })
    expect((await gateway.received())[0]?.traceparent).toBe(traceparent)
  })

  it('starts a trace when its caller has none', async () => {
    await post('{"a":1}')
    expect((await gateway.received())[0]?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  it('is counted by flow and source', async () => {
    await post('{"a":1}')
    expect(await gateway.metrics.registry.metrics()).toContain('leadline_leads_accepted_total{flow="demo",source="open"} 1')
  })
})

describe('a ping', () => {
  it.each([
    [`${leadsUrl}?is_ping=true`, '{"a":1}'],
    [leadsUrl, '{"a":1,"is_ping":true}'],
    [leadsUrl, '{"a":1,"is_ping":"Yes"}'],
  ])('is answered and stored nowhere: %s %s', async (url, body) => {
    const answer = await post(body, {}, url)
    expect([answer.statusCode, answer.json()]).toEqual([200, { ping: true, outcome: 'success', price: 0 }])
    expect(await gateway.received()).toEqual([])
  })

  it('is checked like a lead', async () => {
    expect((await post('{"a":', {}, `${leadsUrl}?is_ping=true`)).statusCode).toBe(400)
    expect((await post('{}', {}, '/v1/flows/demo/sources/web/leads?is_ping=true')).statusCode).toBe(401)
  })
})

describe('a bid ping', () => {
  const pingUrl = leadsUrl.replace(/leads$/, 'ping')

  it('is answered with a price, without a lead id, and stored nowhere', async () => {
    const answer = await post('{"a":1}', { accept: 'text/xml' }, pingUrl)
    expect([answer.statusCode, answer.body]).toEqual([
      200,
      '<?xml version="1.0"?><result><outcome>failure</outcome><reason>no bid</reason><price>0</price></result>',
    ])
    expect(await gateway.received()).toEqual([])
  })

  it('is checked like a lead', async () => {
    expect((await post('{"a":', {}, pingUrl)).statusCode).toBe(400)
    expect((await post('{}', {}, pingUrl.replace('/open/', '/web/'))).statusCode).toBe(401)
    expect((await gateway.app.inject({ method: 'PUT', url: pingUrl })).statusCode).toBe(405)
  })
})

describe('the visitor of a web form', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }

  it('is sent on once the lead is kept', async () => {
    const answer = await post('a=1&redir_url=https%3A%2F%2Fa.example%2Fthanks', form)
    expect([answer.statusCode, answer.headers.location]).toEqual([303, 'https://a.example/thanks'])
    expect((await gateway.received()).map(({ lead }) => lead)).toEqual(['{"a":"1"}'])
  })

  it('is not sent to what is no web address, nor nowhere', async () => {
    const bad = await post('a=1&redir_url=javascript:alert(1)', form)
    expect([bad.statusCode, bad.json().field]).toEqual([400, 'redir_url'])
    expect((await post('a=1', form)).statusCode).toBe(406)
    expect(await gateway.received()).toEqual([])
  })
})

describe('an answer in XML', () => {
  it('has the same fields', async () => {
    const answer = await post('{"a":1}', { accept: 'application/xml' })
    const [event] = await gateway.received()
    expect(answer.headers['content-type']).toBe('application/xml; charset=utf-8')
    expect(answer.body).toBe(`<?xml version="1.0"?><result><leadId>${event?.leadId}</leadId></result>`)
  })
})

describe('what cannot be accepted', () => {
  it('is a flow that nobody loaded', async () => {
    const answer = await post('{}', {}, '/v1/flows/other/sources/open/leads')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'FLOW_NOT_FOUND'])
  })

  it('is a source that the flow lacks', async () => {
    const answer = await post('{}', {}, '/v1/flows/demo/sources/constructor/leads')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'SOURCE_NOT_FOUND'])
  })

  it('is broken JSON, with the place', async () => {
    const answer = await post('{\n  "a": 1,\n  "b" 2\n}')
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'BODY_UNPARSABLE', line: 3, column: 7 })
  })

  it('is broken XML, with the place', async () => {
    const answer = await post('<lead>\n<a>1</b>\n</lead>', { 'content-type': 'text/xml' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'BODY_UNPARSABLE', line: 2, column: expect.any(Number) })
  })

  it.each([undefined, 'text/plain', 'multipart/mixed'])('is a body of type %s', async (contentType) => {
    const headers = contentType === undefined ? {} : { 'content-type': contentType }
    const answer = await gateway.app.inject({ method: 'POST', url: leadsUrl, payload: Buffer.from('x'), headers })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'BODY_UNSUPPORTED_TYPE'])
  })

  it('is a compressed body', async () => {
    expect((await post('{}', { 'content-encoding': 'gzip' })).statusCode).toBe(415)
  })

  it('is a body over the limit, announced or not', async () => {
    const small = await openScenario({ limits: { leadBytes: 100 } })
    const payload = `{"text":"${'x'.repeat(100)}"}`
    const headers = { 'content-type': 'application/json' }
    const announced = await small.app.inject({ method: 'POST', url: leadsUrl, payload, headers })
    const chunked = await small.app.inject({
      method: 'POST',
      url: leadsUrl,
      payload: streamOf(payload),
      headers: { ...headers, 'transfer-encoding': 'chunked' },
    })
    expect([announced.statusCode, announced.json().code]).toEqual([413, 'BODY_TOO_LARGE'])
    expect([chunked.statusCode, chunked.json().code]).toEqual([413, 'BODY_TOO_LARGE'])
    expect(await small.received()).toEqual([])
    await small.close()
  })

  it('is a body nested too deeply, or with too many keys', async () => {
    const small = await openScenario({ limits: { depth: 3, keys: 5 } })
    const headers = { 'content-type': 'application/json' }
    const deep = await small.app.inject({ method: 'POST', url: leadsUrl, payload: '{"a":{"b":{"c":{}}}}', headers })
    const wide = await small.app.inject({
      method: 'POST',
      url: leadsUrl,
      payload: '{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}',
      headers,
    })
    expect([deep.statusCode, deep.json().code]).toEqual([400, 'BODY_TOO_COMPLEX'])
    expect([wide.statusCode, wide.json().code]).toEqual([400, 'BODY_TOO_COMPLEX'])
    await small.close()
  })

  it('is nothing at all', async () => {
    const answer = await gateway.app.inject({ method: 'POST', url: leadsUrl })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'BODY_UNPARSABLE'])
  })

  it.each(['text/html', 'image/png', 'application/*;q=0, text/html'])('is a caller that reads only %s', async (accept) => {
    const answer = await post('{}', { accept })
    expect([answer.statusCode, answer.json().code]).toEqual([406, 'ANSWER_NOT_ACCEPTABLE'])
  })

  it.each(['*/*', 'application/json', 'text/xml', 'text/html, application/*;q=0.5'])(
    'is not a caller that reads %s',
    async (accept) => {
      expect((await post('{}', { accept })).statusCode).toBe(202)
    },
  )

  it('is another method', async () => {
    const answer = await gateway.app.inject({ method: 'PUT', url: leadsUrl })
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, POST'])
  })

  it.each(['0', '61', '-1', 'soon', '1e1', ''])('is a wait of %s seconds', async (wait) => {
    const answer = await post('{}', {}, `${leadsUrl}?wait=${wait}`)
    expect([answer.statusCode, answer.json().code, answer.json().field]).toEqual([400, 'INVALID_VALUE', 'wait'])
  })

  it('is a ping that may be none', async () => {
    const answer = await post('{}', {}, `${leadsUrl}?is_ping=perhaps`)
    expect([answer.statusCode, answer.json().field]).toEqual([400, 'is_ping'])
  })

  it.each(['', 'with blank', 'x'.repeat(256)])('is the idempotency key %s', async (key) => {
    const answer = await post('{}', { 'idempotency-key': key })
    expect([answer.statusCode, answer.json().field]).toEqual([400, 'Idempotency-Key'])
  })

  it('is counted by its code', async () => {
    await post('{')
    expect(await gateway.metrics.registry.metrics()).toContain('leadline_leads_refused_total{code="BODY_UNPARSABLE"} 1')
  })

  it('leaves nothing in the log', async () => {
    await post('{')
    await post('{}', { accept: 'text/html' })
    expect(await gateway.received()).toEqual([])
  })
})

function streamOf(text: string): Readable {
  return Readable.from([Buffer.from(text)])
}
