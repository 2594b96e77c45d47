import { LeadlineError } from '@leadline/domain'
import { type Log, openMemoryLog } from '@leadline/log'
import { describe, expect, it, vi } from 'vitest'
import { createHealth } from './health.ts'
import { watchLog } from './watch-log.ts'

describe('readiness', () => {
  it.each(['LOG_UNAVAILABLE', 'LOG_REFUSED'] as const)(
    'turns false when an append fails with %s, and true by itself when the log answers again',
    async (code) => {
      const { log, health, breakWith, repair, told } = await openWatched()
      expect(health.readiness().ready).toBe(true)
      breakWith(new LeadlineError(code, 'no broker answers'))
      await expect(log.append([])).rejects.toMatchObject({ code })
      expect(health.readiness()).toEqual({ ready: false, checks: { log: { ok: false, detail: 'the last append failed' } } })
      await vi.waitUntil(() => told.includes('failure'))
      repair()
      await vi.waitUntil(() => health.readiness().ready)
      expect(told.at(-1)).toBe('recovery')
      await log[Symbol.asyncDispose]()
    },
  )

  it('stays true when a single record is refused', async () => {
    const { log, health, breakWith } = await openWatched()
    breakWith(new LeadlineError('RECORD_TOO_LARGE', 'too large'))
    await expect(log.append([])).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
    expect(health.readiness().ready).toBe(true)
    await log[Symbol.asyncDispose]()
  })

  it('is not looked for any more once the log is closed', async () => {
    const { log, health, breakWith } = await openWatched()
    breakWith(new LeadlineError('LOG_UNAVAILABLE', 'no broker answers'))
    await expect(log.append([])).rejects.toThrow()
    await log[Symbol.asyncDispose]()
    expect(health.readiness().ready).toBe(false)
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

async function openWatched() {
  const inner = await openMemoryLog()
  await inner.ensureTopics([{ name: 'a', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000 }])
  let broken: LeadlineError | undefined
  const told: string[] = []
  const faulty: Log = {
    ...inner,
    append: async () => {
      if (broken) throw broken
    },
    ends: async (topic) => {
      if (broken) throw broken
      return inner.ends(topic)
    },
  }
  const health = createHealth()
  const onFailure = () => told.push('failure')
  const onRecovery = () => told.push('recovery')
  const log = watchLog(faulty, {
    health,
    topic: 'a',
    onFailure,
    onRecovery,
    ending: new AbortController().signal,
    baseDelayMs: 1,
  })
  const breakWith = (error: LeadlineError) => {
    broken = error
  }
  const repair = () => {
    broken = undefined
  }
  return { log, health, told, breakWith, repair }
}
