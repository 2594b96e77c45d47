import { connectors, defaultCallLimits, type StepVerdict } from '@leadline/connectors'
import { type HttpCaller, openHttpCaller } from '@leadline/http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileServer, openHostileServer } from '../fakes/hostile-server.ts'

let server: HostileServer
let http: HttpCaller

beforeAll(async () => {
  server = await openHostileServer()
  http = openHttpCaller({
    allowLoopback: ['127.0.0.1'],
    resolve: () => new Promise<never>(() => {}),
  })
})

afterAll(async () => {
  await http[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function step(url: string): Promise<StepVerdict | undefined> {
  const limits = { ...defaultCallLimits, connectMs: 200, firstByteMs: 300, totalMs: 400 }
  const action = connectors.get('http')?.compile({ url }, { http, limits, redact: (text) => text })
  return action?.run({
    view: { lead: {}, appended: {}, source: {}, flow: {} },
    idempotencyKey: 'key',
    traceparent: null,
    attempt: 1,
    now: Date.now,
    signal: new AbortController().signal,
  })
}

describe('a step whose destination', () => {
  it.each<[does: string, url: () => string, rule: string, code: string]>([
    ['answers', () => `${server.url}/ok`, 'success-status', ''],
    ['never answers', () => `${server.url}/never`, 'unanswered-unknown', 'DESTINATION_UNKNOWN'],
    ['sends a byte now and then', () => `${server.url}/slow-body`, 'unanswered-unknown', 'DESTINATION_UNKNOWN'],
    ['hangs up', () => `${server.url}/hangs-up`, 'unanswered-unknown', 'DESTINATION_UNKNOWN'],
    ['sends garbage', () => `${server.url}/garbage`, 'garbage', 'DESTINATION_CONTRACT'],
    ['sends without end', () => `${server.url}/endless-body`, 'too-large', 'DESTINATION_TOO_LARGE'],
    ['announces 10 GB', () => `${server.url}/announces-10-gb`, 'too-large', 'DESTINATION_TOO_LARGE'],
    ['sends a gzip bomb', () => `${server.url}/gzip-bomb`, 'too-large', 'DESTINATION_TOO_LARGE'],
    ['redirects', () => `${server.url}/redirect`, 'default', 'DESTINATION_CONTRACT'],
    ['has a name that nobody resolves', () => 'http://nowhere.example/', 'unanswered-timeout', 'DESTINATION_TIMEOUT'],
    ['listens on no such port', () => 'http://127.0.0.1:1/', 'unanswered-connection', 'DESTINATION_CONNECTION'],
    ['is in our own network', () => 'http://169.254.169.254/latest/meta-data/', 'blocked', 'DESTINATION_BLOCKED'],
  ])('%s', async (_does, url, rule, code) => {
    const verdict = await step(url())
    expect(verdict?.rule).toBe(rule)
    expect(verdict?.conclusion.type === 'error' ? verdict.conclusion.error.code : '').toBe(code)
  })
})
