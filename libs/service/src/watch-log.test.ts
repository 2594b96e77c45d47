import { LeadlineError } from '@leadline/domain'
import { type Log, type OutgoingRecord, openMemoryLog } from '@leadline/log'
import { describe, expect, it, vi } from 'vitest'
import { createHealth } from './health.ts'
import { watchLog } from './watch-log.ts'

const lead = [recordFor('leads')]
const note = [recordFor('notes')]

describe('readiness', () => {
  it.each(['LOG_UNAVAILABLE', 'LOG_REFUSED'] as const)(
    'turns false when an append fails with %s, and true by itself a while after the log answers again',
    async (code) => {
      const { log, health, clock, breakWith, repair, told } = await openWatched()
      expect(health.readiness().ready).toBe(true)
      breakWith(new LeadlineError(code, 'no broker answers'))
      await expect(log.append(lead)).rejects.toMatchObject({ code })
      expect(health.readiness()).toEqual({ ready: false, checks: { log: { ok: false, detail: 'the last append failed' } } })
      await vi.waitUntil(() => told.includes('no broker answers'))
      repair()
      await clock.pass()
      expect(health.readiness().ready).toBe(true)
      expect(told.at(-1)).toBe('recovery')
      await log[Symbol.asyncDispose]()
    },
  )

  it('stays true when a single record is refused', async () => {
    const { log, health, breakWith } = await openWatched()
    breakWith(new LeadlineError('RECORD_TOO_LARGE', 'too large'))
    await expect(log.append(lead)).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
    expect(health.readiness().ready).toBe(true)
    await log[Symbol.asyncDispose]()
  })

  it('stays false while the log answers but takes no writes, for longer each time that an append shows it, up to a minute', async () => {
    const { log, health, clock, refuseWrites, told } = await openWatched()
    const fail = async () => {
      await expect(log.append(lead)).rejects.toThrow('disk full')
      expect(health.readiness().ready).toBe(false)
      await clock.pass()
    }
    refuseWrites('leads')
    await fail()
    await fail()
    await fail()
    await fail()
    await fail()
    await fail()
    expect(clock.waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
    expect(told.slice(0, 4)).toEqual(['disk full', 'recovery', 'disk full', 'recovery'])
    await log[Symbol.asyncDispose]()
  })

  it('stays false for one more and longer while when appends have failed in the first, however many', async () => {
    const { log, health, clock, refuseWrites, told } = await openWatched()
    refuseWrites('leads')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await vi.waitUntil(() => clock.isAwaited())
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await clock.pass()
    await vi.waitUntil(() => clock.isAwaited())
    expect(health.readiness().ready).toBe(false)
    await clock.pass()
    expect(health.readiness().ready).toBe(true)
    expect(clock.waits).toEqual([5_000, 10_000])
    expect(told).toEqual(['disk full', 'disk full', 'recovery'])
    await log[Symbol.asyncDispose]()
  })

  it('turns true with the first append that goes through, and the next failure is one of its own', async () => {
    const { log, health, clock, refuseWrites, told } = await openWatched()
    const repair = refuseWrites('leads')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await vi.waitUntil(() => clock.isAwaited())
    repair()
    await log.append(lead)
    expect(health.readiness().ready).toBe(true)
    expect(told).toEqual(['disk full', 'recovery'])

    refuseWrites('leads')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await vi.waitUntil(() => clock.isAwaited())
    expect(clock.waits).toEqual([5_000, 5_000])
    await log[Symbol.asyncDispose]()
  })

  it('takes no append to another topic for a proof that its own takes writes', async () => {
    const { log, health, clock, refuseWrites } = await openWatched()
    refuseWrites('leads')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await log.append(note)
    expect(health.readiness().ready).toBe(false)
    await clock.pass()
    await log.append(note)
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await vi.waitUntil(() => clock.isAwaited())
    expect(clock.waits).toEqual([5_000, 10_000])
    await log[Symbol.asyncDispose]()
  })

  it('is not looked for any more once the log is closed', async () => {
    const { log, health, breakWith } = await openWatched()
    breakWith(new LeadlineError('LOG_UNAVAILABLE', 'no broker answers'))
    await expect(log.append(lead)).rejects.toThrow()
    await log[Symbol.asyncDispose]()
    expect(health.readiness().ready).toBe(false)
  })

  it('is not waited for any more once the log is closed', async () => {
    const { log, health, clock, refuseWrites, told } = await openWatched()
    refuseWrites('leads')
    await expect(log.append(lead)).rejects.toThrow('disk full')
    await vi.waitUntil(() => clock.isAwaited())
    await log[Symbol.asyncDispose]()
    await expect(log.append(lead)).rejects.toThrow('disk full')
    expect(clock.isAwaited()).toBe(false)
    expect(health.readiness().ready).toBe(false)
    expect(told).toEqual(['disk full'])
  })
})

describe('joining a group', () => {
  it('is given up when the process is told to end: brokers may be away for long', async () => {
    const inner = await openMemoryLog()
    const ending = new AbortController()
    const away: Log = { ...inner, join: () => new Promise(() => {}) }
    const options = { health: createHealth(), topic: 'a', onFailure: () => {}, onRecovery: () => {}, ending: ending.signal }
    const log = watchLog(away, options)
    const owner = { assigned: async () => {}, released: async () => {} }
    const joining = expect(log.join('g', ['a'], owner)).rejects.toMatchObject({ name: 'AbortError' })
    ending.abort()
    await joining
    await log[Symbol.asyncDispose]()
  })
})

function recordFor(topic: string): OutgoingRecord {
  return { topic, key: null, value: null, headers: {} }
}

/** Stands still until what is waited for passes. */
function handClock() {
  const waits: number[] = []
  const planned = new Set<() => void>()
  const isAwaited = () => planned.size > 0
  return {
    /** All that were begun. */
    waits,
    isAwaited,
    after: (delayMs: number, task: () => void) => {
      waits.push(delayMs)
      planned.add(task)
      return () => void planned.delete(task)
    },
    pass: async () => {
      await vi.waitUntil(isAwaited)
      for (const task of planned) task()
      // Whoever waited goes on.
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

async function openWatched() {
  const inner = await openMemoryLog()
  const shape = { partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000 } as const
  await inner.ensureTopics([
    { name: 'leads', ...shape },
    { name: 'notes', ...shape },
  ])
  let broken: LeadlineError | undefined
  let refused: string | undefined
  const told: string[] = []
  const faulty: Log = {
    ...inner,
    append: async (records) => {
      if (broken) throw broken
      if (records.some(({ topic }) => topic === refused)) throw new LeadlineError('LOG_UNAVAILABLE', 'disk full')
    },
    ends: async (topic) => {
      if (broken) throw broken
      return inner.ends(topic)
    },
  }
  const health = createHealth()
  const clock = handClock()
  const log = watchLog(faulty, {
    health,
    topic: 'leads',
    onFailure: ({ message }) => told.push(message),
    onRecovery: () => told.push('recovery'),
    ending: new AbortController().signal,
    baseDelayMs: 1,
    clock,
  })
  const breakWith = (error: LeadlineError) => {
    broken = error
  }
  const repair = () => {
    broken = undefined
    refused = undefined
  }
  const refuseWrites = (topic: string) => {
    refused = topic
    return repair
  }
  return { log, health, clock, told, breakWith, refuseWrites, repair }
}
