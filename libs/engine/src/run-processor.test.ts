import { createMemoryCluster, type Log, type MemoryCluster, type OutgoingRecord, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import type { EngineLimits } from './limits.ts'
import type { Processor } from './processor.ts'
import { eventually, input, out, scenarioProcessor, scenarioTopics, valuesOf, type Work } from './processor-scenario.ts'
import { type RunningProcessor, runProcessor } from './run-processor.ts'

async function openLog(shared: MemoryCluster = createMemoryCluster()): Promise<Log> {
  const log = await openMemoryLog({ shared })
  await log.ensureTopics(scenarioTopics)
  return log
}

const run = (
  log: Log,
  work: Work,
  extra: Partial<Processor> = {},
  limits: Partial<EngineLimits> = {},
): Promise<RunningProcessor> =>
  runProcessor({ processor: scenarioProcessor(work, extra), log, limits: { flushIntervalMs: 2, ...limits } })

const inputs = (count: number, keys = count) => Array.from({ length: count }, (_, i) => input(`k${i % keys}`, `v${i}`))
const sorted = (values: Iterable<string>): string[] => [...values].sort()
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const never = new Promise<never>(() => {})

describe('a running processor', () => {
  it('emits one result for each record', async () => {
    const log = await openLog()
    await log.append(inputs(500))
    await using _running = await run(log, () => undefined)
    await eventually(async () => (await valuesOf(log, 'out')).length === 500)
    expect(new Set(await valuesOf(log, 'out')).size).toBe(500)
  })

  it('runs records of different keys at once, those of one key one after the other and in order', async () => {
    const log = await openLog()
    await log.append(inputs(300, 30))
    const runningKeys = new Set<string>()
    const started: string[] = []
    let most = 0
    await using _running = await run(log, async (record) => {
      const key = String(record.key)
      expect(runningKeys.has(key)).toBe(false)
      runningKeys.add(key)
      started.push(`${key}:${record.offset}`)
      most = Math.max(most, runningKeys.size)
      await wait(1)
      runningKeys.delete(key)
      return undefined
    })
    await eventually(async () => (await valuesOf(log, 'out')).length === 300)
    const offsetsOf = (key: string): number[] =>
      started.filter((line) => line.startsWith(`${key}:`)).map((line) => Number(line.split(':')[1]))
    expect(offsetsOf('k7')).toEqual([...offsetsOf('k7')].sort((a, b) => a - b))
    expect(most).toBeGreaterThan(10)
  })

  it('runs records of one key at once when their order means nothing', async () => {
    const log = await openLog()
    await log.append(inputs(50, 1))
    let [running, most] = [0, 0]
    const work: Work = async () => {
      most = Math.max(most, ++running)
      await wait(1)
      running--
      return undefined
    }
    await using _running = await run(log, work, { order: 'none' })
    await eventually(async () => (await valuesOf(log, 'out')).length === 50)
    expect(most).toBeGreaterThan(10)
  })

  it('has no more in flight than it may', async () => {
    const log = await openLog()
    await log.append(inputs(100))
    let running = 0
    let most = 0
    await using _running = await run(
      log,
      async () => {
        running++
        most = Math.max(most, running)
        await wait(1)
        running--
        return undefined
      },
      {},
      { inFlight: 7 },
    )
    await eventually(async () => (await valuesOf(log, 'out')).length === 100)
    expect(most).toBe(7)
  })

  it('uses all of what may be in flight, and takes up little more than what could start next', async () => {
    const log = await openLog()
    await log.append(Array.from({ length: 1_000 }, (_, i) => input(`k${i}`, `v${i}`, 0)))
    let started = 0
    const answer = Promise.withResolvers<undefined>()
    const work: Work = () => {
      started++
      return answer.promise
    }
    await using running = await run(log, work, {}, { inFlight: 100, readyRecords: 10 })
    await eventually(() => started === 100)
    await wait(20)
    expect(running.lanes().map(({ undone, partition }) => [partition, undone])).toContainEqual([0, 110])
    answer.resolve(undefined)
    await eventually(async () => (await valuesOf(log, 'out')).length === 1_000)
  })

  it('takes up many that cannot start, to find those that can', async () => {
    const log = await openLog()
    const ofOne = Array.from({ length: 390 }, (_, i) => input('hot', `v${i}`, 0))
    await log.append([...ofOne, input('cold', 'v', 0), ...ofOne])
    const answer = Promise.withResolvers<undefined>()
    const work: Work = (record) => (String(record.key) === 'hot' ? answer.promise : undefined)
    await using running = await run(log, work, {}, { inFlight: 100, readyRecords: 10, laneRecords: 400 })
    await eventually(async () => (await valuesOf(log, 'out')).length === 1)
    await eventually(() => running.lanes().some(({ undone }) => undone === 400))
    answer.resolve(undefined)
    await eventually(async () => (await valuesOf(log, 'out')).length === 781)
  })

  it('goes on beyond a record that never ends, and does not repeat what was done when it starts again', async () => {
    const shared = createMemoryCluster()
    const log = await openLog(shared)
    await log.append(inputs(400).map((record) => ({ ...record, partition: 0 })))
    const first = await run(log, (record) => (record.offset === 0 ? never : undefined), {}, { drainMs: 20 })
    await eventually(async () => (await valuesOf(log, 'out')).length === 399)
    await first.close()

    const again: number[] = []
    await using _second = await run(log, (record) => void again.push(record.offset))
    await eventually(async () => (await valuesOf(log, 'out')).length === 400)
    expect(again).toEqual([0])
  })

  it('makes a dead letter of a record whose processing throws, and of one whose result is too large', async () => {
    const log = await openMemoryLog({ limits: { recordBytes: 50_000 } })
    await log.ensureTopics(scenarioTopics)
    await log.append([input('a', 'throws'), input('b', 'large'), input('c', 'fine')])
    await using _running = await run(log, (record) => {
      if (String(record.value) === 'throws') throw new Error('cannot')
      return String(record.value) === 'large' ? { records: [{ ...out(record), value: Buffer.alloc(60_000) }] } : undefined
    })
    await eventually(async () => (await valuesOf(log, 'dead')).length === 2)
    expect(sorted(await valuesOf(log, 'dead'))).toEqual(['large', 'throws'])
    expect(await valuesOf(log, 'out')).toEqual(['fine'])
  })

  it('starts no record before it is due, and lets later ones that are due pass', async () => {
    const log = await openLog()
    const dueAt = Date.now() + 150
    await log.append([input('slow', 'later', 0), input('fast', 'now', 0)])
    const started = new Map<string, number>()
    await using _running = await run(log, (record) => void started.set(String(record.value), Date.now()), {
      dueAt: (record) => (String(record.value) === 'later' ? dueAt : 0),
    })
    await eventually(() => started.size === 2)
    expect(started.get('now')).toBeLessThan(dueAt)
    expect(started.get('later')).toBeGreaterThanOrEqual(dueAt)
  })

  it('drains what runs before it closes', async () => {
    const log = await openLog()
    await log.append(inputs(50))
    let calls = 0
    const running = await run(log, async () => {
      calls++
      await wait(30)
      return undefined
    })
    await eventually(() => calls > 0)
    await running.close()
    expect((await valuesOf(log, 'out')).length).toBe(calls)
  })
})

describe('a commit whose answer is lost', () => {
  it.each(['kept', 'dropped'] as const)('is found out and never repeated with a call when it was %s', async (fault) => {
    const shared = createMemoryCluster()
    const log = await openLog(shared)
    const calls: string[] = []
    await using _running = await run(log, (record) => void calls.push(String(record.value)))
    for (let round = 0; round < 4; round++) {
      // In the first one the lanes announce their starts, which is a commit without records.
      if (round > 0) shared.failNextCommit(fault)
      await log.append(inputs(10).map((record) => ({ ...record, value: Buffer.from(`${round}-${record.value}`) })))
      await eventually(async () => (await valuesOf(log, 'out')).length === 10 * (round + 1))
    }
    expect(new Set(await valuesOf(log, 'out')).size).toBe(40)
    expect(calls.length).toBe(40)
  })

  it.each(['kept', 'dropped'] as const)('tells once of each record that the log has taken, when it was %s', async (fault) => {
    const shared = createMemoryCluster()
    const log = await openLog(shared)
    const told: string[] = []
    const taken = (records: readonly OutgoingRecord[]): void => {
      for (const { value } of records) {
        told.push(String(value))
        value?.fill('x')
      }
    }
    const work: Work = (record) => ({ records: [{ ...out(record), value: Buffer.from(`of ${record.value}`) }] })
    await using _running = await runProcessor({ processor: scenarioProcessor(work), log, taken, limits: { flushIntervalMs: 2 } })
    for (let round = 0; round < 4; round++) {
      if (round > 0) shared.failNextCommit(fault)
      await log.append(inputs(10).map((record) => ({ ...record, value: Buffer.from(`${round}-${record.value}`) })))
      await eventually(() => told.length === 10 * (round + 1))
    }
    expect(sorted(await valuesOf(log, 'out'))).toEqual(sorted(told))
    expect(new Set(told).size).toBe(40)
  })
})
