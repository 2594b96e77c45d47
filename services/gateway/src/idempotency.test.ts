import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { newLeadId, parseLeadId } from '@leadline/domain'
import type { LeadView } from '@leadline/store'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leadsUrl, openScenario } from './gateway-scenario.ts'
import { createIdempotency } from './idempotency.ts'

type Scenario = Awaited<ReturnType<typeof openScenario>>
let gateway: Scenario
beforeEach(async () => {
  gateway = await openScenario()
})
afterEach(() => gateway.close())

const headers = (key: string) => ({ 'content-type': 'application/json', 'idempotency-key': key })
const post = (to: Scenario, key: string, payload: string, url = leadsUrl) =>
  to.app.inject({ method: 'POST', url, payload, headers: headers(key) })

describe('the same idempotency key', () => {
  it('gives the same answer and one lead', async () => {
    const first = await post(gateway, 'order-1', '{"a":1,"b":2}')
    const again = await post(gateway, 'order-1', '{"b":2,"a":1}')
    expect([again.statusCode, again.body]).toEqual([202, first.body])
    expect(await gateway.received()).toHaveLength(1)
  })

  it('gives one lead when it comes many times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(gateway, 'order-1', '{"a":1}')))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(await gateway.received()).toHaveLength(1)
  })

  it('gives the same id at another gateway, or after a restart', async () => {
    const other = await openScenario()
    const first = await post(gateway, 'order-1', '{"a":1}')
    expect((await post(other, 'order-1', '{"a":1}')).json()).toEqual(first.json())
    await other.close()
  })

  it('is another key at another source', async () => {
    const first = await post(gateway, 'order-1', '{"a":1}')
    const other = await post(gateway, 'order-1', '{"a":1}', '/v1/flows/demo/sources/web/leads?api_key=sesame')
    expect(other.json().leadId).not.toBe(first.json().leadId)
  })

  it('with another body is refused', async () => {
    await post(gateway, 'order-1', '{"a":1}')
    const other = await post(gateway, 'order-1', '{"a":2}')
    expect([other.statusCode, other.json().code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    expect(await gateway.received()).toHaveLength(1)
  })
})

describe('with an event store', () => {
  it('a key from before the restart is known: the lead is not appended again', async () => {
    const first = await post(gateway, 'order-1', '{"a":1}')
    const restarted = await openScenario({ store: await storeOf(gateway) })
    expect((await post(restarted, 'order-1', '{"a":1}')).json()).toEqual(first.json())
    expect(await restarted.received()).toEqual([])
    await restarted.close()
  })

  it('a key from before the restart with another body is refused', async () => {
    await post(gateway, 'order-1', '{"a":1}')
    const restarted = await openScenario({ store: await storeOf(gateway) })
    expect((await post(restarted, 'order-1', '{"a":2}')).statusCode).toBe(422)
    await restarted.close()
  })

  it('a caller who waits for a lead that has ended is answered from it', async () => {
    await post(gateway, 'order-1', '{"a":1}')
    const ended = { status: 'completed', outcome: 'failure', reason: 'Cap reached', price: null } as const
    const restarted = await openScenario({ store: await storeOf(gateway, ended) })
    const answer = await post(restarted, 'order-1', '{"a":1}', `${leadsUrl}?wait=60`)
    expect([answer.statusCode, answer.json()]).toEqual([
      201,
      { outcome: 'failure', reason: 'Cap reached', price: 0, lead: { id: (await gateway.received())[0]?.leadId } },
    ])
    await restarted.close()
  })

  it('what it told of leads is not kept, however many come again', async () => {
    const told: WeakRef<LeadView>[] = []
    const readLead = async (leadId: string) => {
      const view = viewOf(leadId, 'digest', {})
      told.push(new WeakRef(view))
      return view
    }
    const { appendOnce } = createIdempotency(1_000, { readLead })
    for (let index = 0; index < 100; index++) await appendOnce(newLeadId(index, randomBytes(10)), 'digest', async () => {})
    await collectGarbage()
    expect(told).toHaveLength(100)
    expect(told.filter((view) => view.deref() !== undefined).length).toBeLessThan(5)
  })

  it('that is down, leads are accepted all the same', async () => {
    const down = await openScenario({ store: { readLead: () => Promise.reject(new Error('no such table')) } })
    expect((await post(down, 'order-1', '{"a":1}')).statusCode).toBe(202)
    expect(await down.received()).toHaveLength(1)
    await down.close()
  })
})

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  await new Promise((resolve) => setImmediate(resolve))
  runInNewContext('gc')()
}

/** A store that has read everything the gateway appended. */
async function storeOf(from: Scenario, ended: Partial<LeadView> = {}) {
  const events = await from.received()
  const views = events.map((event) => [event.leadId, viewOf(event.leadId, event.bodyDigest, ended)] as const)
  const known = new Map(views)
  return { readLead: async (leadId: string) => known.get(parseLeadId(leadId)) }
}

function viewOf(leadId: string, bodyDigest: string, ended: Partial<LeadView>): LeadView {
  const names = { leadId: parseLeadId(leadId), flow: 'demo', flowVersion: 'abc123abc123', source: 'open', step: null }
  const state = { receivedAt: 1, completedAt: null, generation: 0, status: 'queued', outcome: null, reason: null } as const
  return { ...names, ...state, price: null, retry: null, bodyDigest, lead: '{}', appended: '{}', events: [], ...ended }
}
