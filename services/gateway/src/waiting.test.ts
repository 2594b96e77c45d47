import { openMemoryLog } from '@leadline/log'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { leadsUrl, openScenario } from './gateway-scenario.ts'

let gateway: Awaited<ReturnType<typeof openScenario>>
beforeEach(async () => {
  gateway = await openScenario()
})
afterEach(() => gateway.close())

const headers = { 'content-type': 'application/json' }
const submit = (seconds: string) =>
  gateway.app.inject({ method: 'POST', url: `${leadsUrl}?wait=${seconds}`, payload: '{"a":1}', headers })
const receivedLead = () => vi.waitUntil(async () => (await gateway.received())[0]?.leadId, { timeout: 5_000, interval: 5 })

describe('a caller that waits', () => {
  it('is answered with the outcome as soon as the flow ends', async () => {
    const answer = submit('60')
    const leadId = await receivedLead()
    await gateway.complete(leadId, { outcome: 'success', reason: null, price: 12.5 })
    const { statusCode, body } = await answer
    expect([statusCode, JSON.parse(body)]).toEqual([201, { outcome: 'success', price: 12.5, lead: { id: leadId } }])
  })

  it('hears the reason of a rejected lead, and a price of 0 when there is none', async () => {
    const answer = submit('60')
    const leadId = await receivedLead()
    await gateway.complete(leadId, { outcome: 'failure', reason: 'Phone is disconnected', price: null })
    const { statusCode, body } = await answer
    expect([statusCode, JSON.parse(body)]).toEqual([
      201,
      { outcome: 'failure', reason: 'Phone is disconnected', price: 0, lead: { id: leadId } },
    ])
  })

  it('hears what its source wants to be told', async () => {
    const url = `${leadsUrl.replace('/open/', '/told/')}?wait=60`
    const answer = gateway.app.inject({ method: 'POST', url, payload: '{"a":1}', headers })
    const leadId = await receivedLead()
    await gateway.complete(leadId, { outcome: 'success', reason: null, price: 1 })
    const appended = { check: { status: 'ok' } }
    expect(JSON.parse((await answer).body)).toEqual({ outcome: 'success', price: 1, lead: { id: leadId }, appended })
  })

  it('hears all of what was appended, be it more than a body may hold', async () => {
    const url = `${leadsUrl.replace('/open/', '/told/')}?wait=60`
    const answer = gateway.app.inject({ method: 'POST', url, payload: '{"a":1}', headers })
    const leadId = await receivedLead()
    const appended = { track: { clicks: Array(10_001).fill({ id: '7e' }) } }
    await gateway.complete(leadId, { outcome: 'success', reason: null, price: 1, appended: JSON.stringify(appended) })
    const { statusCode, body } = await answer
    expect([statusCode, JSON.parse(body).appended]).toEqual([201, appended])
  })

  it('is answered with the id when the time is up', async () => {
    const { statusCode, body } = await submit('0.02')
    expect([statusCode, JSON.parse(body)]).toEqual([202, { leadId: await receivedLead() }])
  })

  it('is not answered with the outcome of another lead', async () => {
    const answer = submit('0.2')
    await receivedLead()
    await gateway.complete('0190163d-8694-739b-aea5-966c26f8ad90', { outcome: 'success', reason: null, price: 1 })
    expect((await answer).statusCode).toBe(202)
  })

  it('is let go with the id when the gateway shuts down', async () => {
    const answer = submit('60')
    await receivedLead()
    await gateway.close()
    expect((await answer).statusCode).toBe(202)
  })

  it('hears of a flow that ends before the append is answered', async () => {
    const log = await openMemoryLog()
    const append = log.append.bind(log)
    const quick = await openScenario({
      log: {
        ...log,
        append: async (records) => {
          await append(records)
          const leadId = records[0]?.headers['lead-id']
          if (leadId) await quick.complete(String(leadId), { outcome: 'success', reason: null, price: 1 })
        },
      },
    })
    const answer = await quick.app.inject({ method: 'POST', url: `${leadsUrl}?wait=60`, payload: '{"a":1}', headers })
    expect(answer.statusCode).toBe(201)
    await quick.close()
  })

  it('is refused at once when too many wait, and its lead is not taken', async () => {
    const full = await openScenario({ limits: { waiting: 0 } })
    const answer = await full.app.inject({ method: 'POST', url: `${leadsUrl}?wait=60`, payload: '{"a":1}', headers })
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'OVERLOADED'])
    expect(await full.received()).toEqual([])
    await full.close()
  })
})
