import { LeadlineError } from '@leadline/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHealth } from './health.ts'
import { createLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { type OpenServer, openServer } from './server.ts'

const lines: string[] = []
const health = createHealth()
let server: OpenServer

beforeEach(async () => {
  lines.length = 0
  const logger = createLogger({ logLevel: 'trace' }, 'test', { write: (line) => lines.push(line) })
  server = await openServer({ host: '127.0.0.1', port: 0, logger, health, metrics: createMetrics(), bodyLimitBytes: 100 })
  server.app.post('/things/:id', async () => ({ ok: true }))
  server.app.get('/broken', async () => {
    throw new Error('the password is hunter2')
  })
  server.app.get('/late', async () => {
    throw new LeadlineError('OVERLOADED', 'too many at once')
  })
})

afterEach(() => server.close())

describe('health', () => {
  it('is live and ready, with every check named', async () => {
    health.setReady('log', true)
    const url = await server.listen()
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'live' })
    const ready = await fetch(`${url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready', checks: { log: { ok: true, detail: '' } } }])
  })

  it('is live but not ready while a check fails', async () => {
    health.setReady('log', false, 'not connected yet')
    const url = await server.listen()
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(503)
  })

  it('answers before the service has started, when everything else is 503', async () => {
    const url = await server.announce()
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    const early = await fetch(`${url}/things/1`, { method: 'POST', body: 'x' })
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '2'])
    expect(await server.listen()).toBe(url)
    expect((await fetch(`${url}/things/1`, { method: 'POST' })).status).toBe(200)
  })
})

describe('metrics', () => {
  it('count requests by the pattern of their route, never by their address', async () => {
    const url = await server.listen()
    await fetch(`${url}/things/4711`, { method: 'POST' })
    const text = await (await fetch(`${url}/metrics`)).text()
    expect(text).toContain('leadline_http_request_duration_seconds_count{method="POST",route="/things/:id",status="200"} 1')
    expect(text).not.toContain('4711')
  })
})

describe('errors', () => {
  it('are problem documents: an unknown address', async () => {
    const answer = await server.app.inject('/nowhere')
    expect(answer.headers['content-type']).toMatch('application/problem+json')
    expect(answer.json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND', type: '/docs/errors.md#route_not_found' })
  })

  it('point at a page that the server has', async () => {
    expect((await server.app.inject('/docs/errors.md')).body).toContain('### ROUTE_NOT_FOUND')
  })

  it('list the methods of an address that exists for others', async () => {
    const answer = await server.app.inject({ method: 'DELETE', url: '/things/1' })
    expect([answer.statusCode, answer.headers.allow, answer.json().code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED'])
  })

  it('say when to come back', async () => {
    const answer = await server.app.inject('/late')
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2'])
  })

  it('refuse a body over the limit', async () => {
    const payload = { text: 'x'.repeat(200) }
    const answer = await server.app.inject({ method: 'POST', url: '/things/1', payload })
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'BODY_TOO_LARGE'])
  })

  it('keep what broke inside from the caller, and tell the log', async () => {
    const answer = await server.app.inject('/broken')
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    expect(lines.join()).toContain('request failed')
  })
})

describe('logs', () => {
  it('have the path of a request and nothing of its query or credentials', async () => {
    const headers = { 'x-api-key': 'sesame-header', authorization: 'Basic sesame-basic', cookie: 'sesame-cookie' }
    await server.app.inject({ method: 'POST', url: '/things/1?api_key=sesame-query&name=Ada', headers })
    expect(lines.join()).toContain('"path":"/things/1"')
    expect(lines.join()).not.toMatch(/sesame|Ada/)
  })

  it('blank credentials that are logged by mistake', () => {
    const logger = createLogger({ logLevel: 'info' }, 'test', { write: (line) => lines.push(line) })
    const headers = { authorization: 'sesame', 'x-api-key': 'sesame', cookie: 'sesame' }
    logger.info({ req: { headers, query: { api_key: 'sesame' } }, headers, query: { api_key: 'sesame' } }, 'oops')
    expect(lines.join()).toContain('***')
    expect(lines.join()).not.toContain('sesame')
  })
})

describe('the address', () => {
  it('that is taken stops the start with the variables to change', async () => {
    const taken = new URL(await server.listen())
    const rest = { logger: createLogger({ logLevel: 'silent' }, 'test'), health, metrics: createMetrics() }
    const second = await openServer({ host: '127.0.0.1', port: Number(taken.port), ...rest })
    await expect(second.listen()).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('PORT') })
    await second.close()
  })
})
