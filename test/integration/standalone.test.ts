import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createEvents, createHealth, createLogger, createMetrics, readConfig, type ServiceContext } from '@leadline/service'
import { type Standalone, startStandalone } from '@leadline/standalone'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'

let directory: string
let partner: Partner
let standalone: Standalone

const flow = (url: string): string => `
flow: demo
sources:
  web: { auth: { apiKey: secret-key-1 } }
  desk: { auth: { basic: { username: desk, password: desk-password } } }
  open: { auth: none }
steps:
  - name: check
    uses: http
    retry: { attempts: 3, delay: 1s, factor: 1, max: 1s, jitter: 0 }
    with: { method: POST, url: "${url}/phone", body: { json: { phone: "{{lead.phone}}" } } }
  - name: wanted
    uses: filter
    with: { path: lead.state, is: not equal, value: NV, reason: not in Nevada }
  - name: partner
    uses: http
    retry: { attempts: 3, delay: 1s, factor: 1, max: 1s, jitter: 0 }
    with:
      url: "${url}/leads"
      method: POST
      body: { json: { email: "{{lead.email}}", number: "{{lead.number}}" } }
      success: { path: status, equals: accepted }
      failure: { path: status, equals: rejected }
      reason: reason
`

async function start(): Promise<void> {
  const config = readConfig({
    LEADLINE_DATA: `${directory}/data`,
    LEADLINE_FLOWS: `${directory}/flows`,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ALLOW_PRIVATE_DESTINATIONS: 'loopback',
  })
  const logger = createLogger(config, 'test')
  const metrics = createMetrics()
  const context: ServiceContext = {
    name: 'test',
    config,
    env: {},
    logger,
    health: createHealth(),
    metrics,
    events: createEvents({ metrics, logger }),
    signal: new AbortController().signal,
  }
  standalone = await startStandalone(context, {})
}

beforeEach(async () => {
  directory = mkdtempSync(`${tmpdir()}/leadline-test-`)
  partner = await openPartner({ behaviour: 'accept' })
  const { mkdirSync } = await import('node:fs')
  mkdirSync(`${directory}/flows`)
  writeFileSync(`${directory}/flows/demo.yaml`, flow(partner.url))
  await start()
})

afterEach(async () => {
  await standalone[Symbol.asyncDispose]()
  await partner.close()
  rmSync(directory, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

async function post(
  body: string,
  { source = 'web', query = '', headers = { 'x-api-key': 'secret-key-1' } as Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${standalone.url}/v1/flows/demo/sources/${source}/leads${query}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

async function get(path: string): Promise<Answer> {
  const response = await fetch(standalone.url + path)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

async function completedLead(leadId: unknown): Promise<Record<string, unknown>> {
  const end = Date.now() + 15_000
  for (;;) {
    const { status, body } = await get(`/v1/leads/${leadId}`)
    if (status === 200 && body['status'] === 'completed') return body
    if (Date.now() > end) throw new Error(`not completed: ${JSON.stringify(body)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const typesOf = (lead: Record<string, unknown>): string[] =>
  Array.isArray(lead['events']) ? lead['events'].map((event) => event.type) : []

describe('one process with everything in it', () => {
  it('accepts a lead, walks it through its flow, and shows every event in order', async () => {
    const accepted = await post('{"email":"ada@example.com","phone":"5125550100","number":9007199254740993}')
    expect(accepted.status).toBe(202)
    const lead = await completedLead(accepted.body['leadId'])
    expect(lead).toMatchObject({ flow: 'demo', source: 'web', generation: 0, outcome: 'success' })
    expect(typesOf(lead)).toEqual(['lead.received', 'step.succeeded', 'step.succeeded', 'step.succeeded', 'lead.completed'])
  })

  it('answers 201 with the outcome to a caller that waits', async () => {
    const accepted = await post('{"email":"ada@example.com"}', { query: '?wait=10' })
    expect(accepted).toMatchObject({ status: 201, body: { outcome: 'success', lead: { id: expect.any(String) } } })
  })

  it('ends a lead early, with the reason of the filter that stopped it', async () => {
    const accepted = await post('{"email":"ada@example.com","state":"NV"}', { query: '?wait=10' })
    expect(accepted).toMatchObject({ status: 201, body: { outcome: 'failure', reason: 'not in Nevada', price: 0 } })
  })

  it('retries an error with a delay and shows the attempts', async () => {
    partner.setBehaviour({ failFirstShare: 1 })
    const lead = await completedLead((await post('{"email":"ada@example.com"}')).body['leadId'])
    expect(typesOf(lead)).toEqual([
      'lead.received',
      'step.errored',
      'retry.scheduled',
      'step.succeeded',
      'step.succeeded',
      'step.errored',
      'retry.scheduled',
      'step.succeeded',
      'lead.completed',
    ])
    expect(partner.stats()).toMatchObject({ distinctKeys: 2, repeatedKeys: 2, acceptedMoreThanOnce: 0 })
  })

  it('goes on after a restart with what it had accepted', async () => {
    partner.setBehaviour({ behaviour: 'hang' })
    const { body } = await post('{"email":"ada@example.com"}')
    await standalone[Symbol.asyncDispose]()
    partner.setBehaviour({ behaviour: 'accept' })
    await start()
    expect(await completedLead(body['leadId'])).toMatchObject({ outcome: 'success' })
  })

  it('keeps one lead for one idempotency key, over a restart too, and refuses another body', async () => {
    const headers = { 'x-api-key': 'secret-key-1', 'idempotency-key': 'order-1' }
    const first = await post('{"email":"ada@example.com"}', { headers })
    await completedLead(first.body['leadId'])
    await standalone[Symbol.asyncDispose]()
    await start()
    expect(await post('{"email":"ada@example.com"}', { headers })).toEqual(first)
    expect(await post('{"email":"eve@example.com"}', { headers })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    expect((await get('/v1/leads/count?flow=demo')).body).toMatchObject({ leads: 1 })
  })

  it('never shows a secret in an event, an answer or a metric', async () => {
    const { body } = await post('{"email":"ada@example.com","note":"secret-key-1"}')
    const lead = await completedLead(body['leadId'])
    const metrics = await (await fetch(`${standalone.url}/metrics`)).text()
    const exchanges = JSON.stringify(lead['events'])
    expect(exchanges + metrics).not.toContain('secret-key-1')
    expect(metrics).toContain('leadline_leads_completed_total{flow="demo",outcome="success"}')
  })
})
