import { consoleRoutes } from '@leadline/console'
import { eventId } from '@leadline/domain'
import { openCodec, topicNames, topicSpecs } from '@leadline/events'
import { gatewayRoutes, openCompletionFeed } from '@leadline/gateway'
import { openMemoryLog } from '@leadline/log'
import { sampleFlow, sampleFlows } from '@leadline/replay/sample-flow'
import { createEvents, createHealth, createLogger, createMetrics, openServer } from '@leadline/service'
import { openSqliteStore } from '@leadline/store'
import {
  sampleActivity,
  sampleCompleted,
  sampleLeadId,
  sampleOrder,
  sampleReceived,
  storedEvents,
} from '@leadline/store/sample-events'
import { describe, expect, test } from 'vitest'
import { differences, documentedOperations } from './openapi-document.ts'

const topics = topicNames('t.')
const leads = '/v1/flows/{flow}/sources/{source}/leads'
const ping = '/v1/flows/{flow}/sources/{source}/ping'

/** Gateway and console on one server, as the standalone has them; nothing listens. */
async function openApi() {
  await using opened = new AsyncDisposableStack()
  const log = opened.use(await openMemoryLog())
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 1 }))
  const store = opened.use(await openSqliteStore({ file: ':memory:' }))
  await store.record(recorded)
  const codec = await openCodec({ encoding: 'json' })
  const logger = createLogger({ logLevel: 'silent' }, 'test')
  const metrics = createMetrics()
  const health = createHealth()
  const server = opened.use(await openServer({ host: '127.0.0.1', port: 0, logger, health, metrics }))
  const completions = opened.use(await openCompletionFeed({ log, codec, topics }))
  const sources = new Map([
    ['open', { name: 'open', title: 'Open', auth: { type: 'none' } as const }],
    ['web', { name: 'web', title: 'Web', auth: { type: 'api-key', keys: ['sesame'] } as const }],
  ])
  const flows = sampleFlows({ ...sampleFlow(['phone', 'deliver']), sources })
  const wire = { flows, log, codec, topics, store, now: Date.now }
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  const routes: string[] = []
  server.app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((each) => `${each} ${url.replaceAll(/:(\w+)/g, '{$1}')}`))
  })
  await server.app.register(gatewayRoutes({ ...wire, completions, events: createEvents({ metrics, logger }), random }))
  await server.app.register(consoleRoutes(wire))
  const all = opened.move()
  return { app: server.app, routes, store, health, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const recorded = storedEvents([
  { type: 'received', event: sampleReceived({ traceparent: '00-a-b-01' }) },
  {
    type: 'activity',
    event: sampleActivity({ step: 'phone', exchange: '{"request":{}}', appended: '{"a":1}', durationMs: 1.5 }),
  },
  { type: 'activity', event: sampleActivity({ seq: 2, type: 'step.errored', errorClass: 'timeout', reason: 'no answer' }) },
  { type: 'completed', event: sampleCompleted({ outcome: 'error', reason: 'no answer' }) },
  { type: 'received', event: sampleReceived({ leadId: sampleLeadId(2), eventId: eventId('second') }) },
  {
    type: 'activity',
    event: sampleActivity({ leadId: sampleLeadId(2), type: 'retry.scheduled', attempt: 2, outcome: null, dueAt: 5 }),
  },
  { type: 'replay', event: sampleOrder() },
])

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly url?: string
  readonly body?: string | object
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
}

const submit = { method: 'POST', path: leads, url: '/v1/flows/demo/sources/open/leads' } as const

const calls: readonly Call[] = [
  { ...submit, body: { email: 'a@b.test' }, status: 202 },
  { ...submit, url: `${submit.url}?is_ping=true`, body: { email: 'a@b.test' }, status: 200 },
  { ...submit, body: '{"email":', type: 'application/json', status: 400 },
  { ...submit, url: '/v1/flows/demo/sources/web/leads', body: { email: 'a@b.test' }, status: 401 },
  { ...submit, url: '/v1/flows/gone/sources/web/leads', body: { email: 'a@b.test' }, status: 404 },
  { ...submit, body: { email: 'a@b.test' }, headers: { accept: 'text/csv' }, status: 406 },
  { ...submit, body: { email: 'a'.repeat(1_100_000) }, status: 413 },
  { ...submit, body: 'a', type: 'image/png', status: 415 },
  { method: 'GET', path: leads, url: '/v1/flows/demo/sources/open/leads?email=a@b.test', status: 202 },
  { ...submit, body: { email: 'a@b.test' }, headers: { accept: 'text/xml' }, status: 202 },
  { ...submit, url: `${submit.url}?redir_url=https://a.example/`, body: { email: 'a@b.test' }, status: 303 },
  { method: 'POST', path: ping, url: '/v1/flows/demo/sources/open/ping', body: { email: 'a@b.test' }, status: 200 },
  { method: 'GET', path: ping, url: '/v1/flows/demo/sources/open/ping?email=a@b.test', status: 200 },
  { method: 'GET', path: '/v1/leads', status: 200 },
  { method: 'GET', path: '/v1/leads', url: '/v1/leads?colour=red', status: 400 },
  { method: 'GET', path: '/v1/leads/count', url: '/v1/leads/count?flow=demo', status: 200 },
  { method: 'GET', path: '/v1/leads/count', url: '/v1/leads/count?limit=1', status: 400 },
  { method: 'GET', path: '/v1/leads/{leadId}', url: `/v1/leads/${sampleLeadId(1)}`, status: 200 },
  { method: 'GET', path: '/v1/leads/{leadId}', url: `/v1/leads/${sampleLeadId(2)}`, status: 200 },
  { method: 'GET', path: '/v1/leads/{leadId}', url: `/v1/leads/${sampleLeadId(3)}`, status: 404 },
  { method: 'GET', path: '/v1/leads/{leadId}', url: '/v1/leads/42', status: 400 },
  { method: 'POST', path: '/v1/replays', body: { filter: { flow: 'demo' }, dryRun: true }, status: 200 },
  { method: 'POST', path: '/v1/replays', body: { filter: { flow: 'demo' } }, status: 202 },
  { method: 'POST', path: '/v1/replays', body: {}, status: 400 },
  { method: 'POST', path: '/v1/replays', body: 'a', type: 'image/png', status: 415 },
  { method: 'GET', path: '/v1/replays/{replayId}', url: '/v1/replays/replay-1', status: 200 },
  { method: 'GET', path: '/v1/replays/{replayId}', url: '/v1/replays/none', status: 404 },
  { method: 'GET', path: '/health/live', status: 200 },
  { method: 'GET', path: '/health/ready', status: 200 },
  { method: 'GET', path: '/metrics', status: 200 },
  { method: 'GET', path: '/openapi.json', status: 200 },
  { method: 'GET', path: '/docs/errors.md', status: 200 },
]

type Api = Awaited<ReturnType<typeof openApi>>

async function make({ app }: Api, { method, path, url = path, body, type, headers }: Call) {
  const payload = body === undefined ? {} : { payload: body }
  const answer = await app.inject({ method, url, ...payload, headers: { ...(type && { 'content-type': type }), ...headers } })
  return { method, path, status: answer.statusCode, contentType: String(answer.headers['content-type']), body: answer.body }
}

describe('the OpenAPI document', () => {
  test.each(calls)('$method $path answers $status as documented', async (call) => {
    await using api = await openApi()
    const answer = await make(api, call)
    expect(answer.status).toBe(call.status)
    expect(differences(answer)).toEqual([])
  })

  test('covers a key that is used for another body, and an outcome that was waited for', async () => {
    await using api = await openApi()
    const headers = { 'idempotency-key': 'k1' }
    const first = await make(api, { ...submit, body: { email: 'a@b.test' }, headers, status: 202 })
    const other = await make(api, { ...submit, body: { email: 'c@d.test' }, headers, status: 422 })
    expect([other.status, ...differences(other)]).toEqual([422])

    const leadId = JSON.parse(first.body).leadId
    await api.store.record(
      storedEvents([{ type: 'completed', event: sampleCompleted({ leadId, outcome: 'failure', reason: 'no' }) }]),
    )
    const concluded = await make(api, {
      ...submit,
      url: `${submit.url}?wait=5`,
      body: { email: 'a@b.test' },
      headers,
      status: 201,
    })
    expect([concluded.status, ...differences(concluded)]).toEqual([201])
  })

  test('covers what is answered while the store is away and the process is not ready', async () => {
    await using api = await openApi()
    await api.store[Symbol.asyncDispose]()
    api.health.setReady('store', false, 'closed')
    const away = await Promise.all([
      make(api, { method: 'GET', path: '/v1/leads', status: 503 }),
      make(api, { method: 'GET', path: '/health/ready', status: 503 }),
    ])
    expect(away.flatMap((answer) => [answer.status, ...differences(answer)])).toEqual([503, 503])
  })

  test('lists every operation that is called here, and none besides', () => {
    const called = new Set(calls.map(({ method, path }) => `${method} ${path}`))
    expect([...documentedOperations()].sort()).toEqual([...called].sort())
  })

  test('has every route of gateway and console', async () => {
    await using api = await openApi()
    expect(api.routes).toContain('GET /v1/leads/{leadId}')
    expect(api.routes.filter((route) => !documentedOperations().includes(route))).toEqual([])
  })

  test('would notice an answer that is not documented', () => {
    const answer = { method: 'GET', path: '/v1/leads/count', contentType: 'application/json' } as const
    expect(differences({ ...answer, status: 200, body: '{"leads":"many"}' })).toEqual([
      'GET /v1/leads/count 200: /leads must be integer',
    ])
    expect(differences({ ...answer, status: 418, body: '{}' })).toHaveLength(1)
    expect(differences({ ...answer, status: 200, contentType: 'text/csv', body: '' })).toHaveLength(1)
  })
})
