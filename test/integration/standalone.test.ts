import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'
import { apiKey, demoFlow, openScenario, type Scenario } from './standalone-scenario.ts'

let partner: Partner
let scenario: Scenario

beforeEach(async () => {
  partner = await openPartner({ behaviour: 'accept' })
  scenario = openScenario(demoFlow(partner.url))
  await scenario.start()
})

afterEach(async () => {
  await scenario[Symbol.asyncDispose]()
  await partner.close()
})

const typesOf = (lead: Record<string, unknown>): string[] =>
  Array.isArray(lead['events']) ? lead['events'].map((event) => event.type) : []

describe('one process with everything in it', () => {
  it('accepts a lead, walks it through its flow, and shows every event in order', async () => {
    const accepted = await scenario.post('{"email":"ada@example.com","phone":"5125550100","number":9007199254740993}')
    expect(accepted.status).toBe(202)
    const lead = await scenario.completedLead(accepted.body['leadId'])
    expect(lead).toMatchObject({ flow: 'demo', source: 'web', generation: 0, outcome: 'success' })
    expect(typesOf(lead)).toEqual(['lead.received', 'step.succeeded', 'step.succeeded', 'step.succeeded', 'lead.completed'])
  })

  it('answers 201 with the outcome to a caller that waits', async () => {
    const accepted = await scenario.post('{"email":"ada@example.com"}', { query: '?wait=10' })
    expect(accepted).toMatchObject({ status: 201, body: { outcome: 'success', lead: { id: expect.any(String) } } })
  })

  it('ends a lead early, with the reason of the filter that stopped it', async () => {
    const accepted = await scenario.post('{"email":"ada@example.com","state":"NV"}', { query: '?wait=10' })
    expect(accepted).toMatchObject({ status: 201, body: { outcome: 'failure', reason: 'not in Nevada', price: 0 } })
  })

  it('retries an error with a delay and shows the attempts', async () => {
    partner.setBehaviour({ failFirstShare: 1 })
    const lead = await scenario.completedLead((await scenario.post('{"email":"ada@example.com"}')).body['leadId'])
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
    const { body } = await scenario.post('{"email":"ada@example.com"}')
    await scenario.stop()
    partner.setBehaviour({ behaviour: 'accept' })
    await scenario.start()
    expect(await scenario.completedLead(body['leadId'])).toMatchObject({ outcome: 'success' })
  })

  it('keeps one lead for one idempotency key, over a restart too, and refuses another body', async () => {
    const headers = { 'x-api-key': apiKey, 'idempotency-key': 'order-1' }
    const first = await scenario.post('{"email":"ada@example.com"}', { headers })
    await scenario.completedLead(first.body['leadId'])
    await scenario.stop()
    await scenario.start()
    expect(await scenario.post('{"email":"ada@example.com"}', { headers })).toEqual(first)
    expect(await scenario.post('{"email":"eve@example.com"}', { headers })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    expect((await scenario.get('/v1/leads/count?flow=demo')).body).toMatchObject({ leads: 1 })
  })

  it('never shows a secret in an event, an answer or a metric', async () => {
    const { body } = await scenario.post('{"email":"ada@example.com","note":"secret-key-1"}')
    const lead = await scenario.completedLead(body['leadId'])
    const metrics = await (await fetch(`${scenario.url}/metrics`)).text()
    const exchanges = JSON.stringify(lead['events'])
    expect(exchanges + metrics).not.toContain(apiKey)
    expect(metrics).toContain('leadline_leads_completed_total{flow="demo",outcome="success"}')
  })
})
