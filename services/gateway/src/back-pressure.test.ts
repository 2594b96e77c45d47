import { LeadlineError } from '@leadline/domain'
import { type Log, openMemoryLog } from '@leadline/log'
import { describe, expect, it, vi } from 'vitest'
import type { GatewayLimits } from './gateway-limits.ts'
import { leadsUrl, openScenario } from './gateway-scenario.ts'

const headers = { 'content-type': 'application/json' }

describe('a log that cannot keep up', () => {
  it('refuses leads beyond the cap at once, and takes them again when it has caught up', async () => {
    const { gateway, appends, release, submit } = await slowGateway({ pendingLeads: 2 })
    const held = [submit('{"a":1}'), submit('{"a":2}')]
    await vi.waitUntil(() => appends() === 2)
    const refused = await submit('{"a":3}')
    expect([refused.statusCode, refused.json().code]).toEqual([503, 'OVERLOADED'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    release()
    expect((await Promise.all(held)).map(({ statusCode }) => statusCode)).toEqual([202, 202])
    expect((await submit('{"a":4}')).statusCode).toBe(202)
    expect(await gateway.received()).toHaveLength(3)
    await gateway.close()
  })

  it('bounds the bytes that are held as well', async () => {
    const { gateway, appends, release, submit } = await slowGateway({ pendingBytes: 1_000 })
    const held = submit(`{"a":"${'x'.repeat(800)}"}`)
    await vi.waitUntil(() => appends() === 1)
    expect((await submit(`{"a":"${'x'.repeat(800)}"}`)).statusCode).toBe(503)
    release()
    expect((await held).statusCode).toBe(202)
    await gateway.close()
  })

  it('answers 503 when it takes too long, and counts the lead as held until it lets go', async () => {
    const { gateway, release, submit } = await slowGateway({ pendingLeads: 1, appendMs: 20 })
    const late = await submit('{"a":1}')
    expect([late.statusCode, late.json().code]).toEqual([503, 'LOG_UNAVAILABLE'])
    expect((await submit('{"a":2}')).json().code).toBe('OVERLOADED')
    release()
    await vi.waitUntil(async () => (await gateway.metrics.pendingLeads.get()).values[0]?.value === 0)
    expect((await submit('{"a":3}')).statusCode).toBe(202)
    await gateway.close()
  })

  it('gives the room of refused leads back', async () => {
    const { gateway, release, submit } = await slowGateway({ pendingLeads: 1 })
    release()
    expect((await submit('{')).statusCode).toBe(400)
    expect((await submit('{"a":1}')).statusCode).toBe(202)
    await gateway.close()
  })
})

describe('a log that is unavailable', () => {
  it('acknowledges nothing: 503 with the time to come back', async () => {
    const { gateway, submit } = await brokenGateway()
    const answer = await submit('{"a":1}')
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'LOG_UNAVAILABLE'])
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.body).not.toContain('leadId')
    await gateway.close()
  })

  it('does not burn an idempotency key: the same key works when the log is back', async () => {
    const { gateway, repair, submit } = await brokenGateway()
    expect((await submit('{"a":1}', 'order-1')).statusCode).toBe(503)
    repair()
    expect((await submit('{"a":1}', 'order-1')).statusCode).toBe(202)
    expect(await gateway.received()).toHaveLength(1)
    await gateway.close()
  })

  it('refuses a caller that waits before its lead is taken', async () => {
    const log = await openMemoryLog()
    const ends = () => Promise.reject(new LeadlineError('LOG_UNAVAILABLE', 'no broker answers'))
    const appended: unknown[] = []
    const append = async (records: readonly unknown[]) => {
      appended.push(...records)
    }
    const gateway = await openScenario({ log: { ...log, ends, append } })
    const answer = await gateway.app.inject({ method: 'POST', url: `${leadsUrl}?wait=5`, payload: '{"a":1}', headers })
    expect([answer.statusCode, appended]).toEqual([503, []])
    await gateway.close()
  })
})

async function openOver(log: Log, limits: Partial<GatewayLimits>) {
  const gateway = await openScenario({ log, limits })
  const submit = (payload: string, key?: string) =>
    gateway.app.inject({
      method: 'POST',
      url: leadsUrl,
      payload,
      headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    })
  return { gateway, submit }
}

/** A gateway whose log answers no append before `release`. */
async function slowGateway(limits: Partial<GatewayLimits>) {
  const log = await openMemoryLog()
  const released = Promise.withResolvers<void>()
  let appends = 0
  const append: Log['append'] = async (records) => {
    appends += 1
    await released.promise
    await log.append(records)
  }
  const opened = await openOver({ ...log, append }, limits)
  return { ...opened, appends: () => appends, release: () => released.resolve() }
}

/** A gateway whose log refuses every append until `repair`. */
async function brokenGateway() {
  const log = await openMemoryLog()
  let broken = true
  const append: Log['append'] = async (records) => {
    if (broken) throw new LeadlineError('LOG_UNAVAILABLE', 'no space left on the device')
    await log.append(records)
  }
  const repair = () => {
    broken = false
  }
  return { ...(await openOver({ ...log, append }, {})), repair }
}
