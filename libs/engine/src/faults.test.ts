import { LeadlineError } from '@leadline/domain'
import { createMemoryCluster, type Log, type MemoryCluster, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { silentObserver as silent } from './observer.ts'
import { encodeMetadata } from './offset-map.ts'
import type { Processor } from './processor.ts'
import { eventually, input, out, scenarioProcessor, scenarioTopics, valuesOf, type Work } from './processor-scenario.ts'
import { type RunningProcessor, runProcessor } from './run-processor.ts'

/** A process of the cluster that runs the processor, and can be killed. */
interface Member {
  readonly log: Log
  readonly running: RunningProcessor
  kill(): Promise<void>
}

async function startMember(cluster: MemoryCluster, work: Work, extra: Partial<Processor> = {}): Promise<Member> {
  const log = await openMemoryLog({ shared: cluster })
  await log.ensureTopics(scenarioTopics)
  const processor = scenarioProcessor(work, extra)
  const running = await runProcessor({ processor, log, limits: { flushIntervalMs: 3, drainMs: 50 } })
  const kill = async (): Promise<void> => {
    cluster.kill(log)
    await running.close()
  }
  return { log, running, kill }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A small generator of numbers in [0, 1) that repeats itself (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('processes that are killed', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('leave exactly one result for each record (seed %i)', async (seed) => {
    const random = seeded(seed)
    const cluster = createMemoryCluster({ handover: seed % 2 === 0 ? 'lost' : 'closing' })
    const work: Work = async () => {
      await wait(random() * 6)
      return undefined
    }
    const members = [await startMember(cluster, work), await startMember(cluster, work)]
    const log = await openMemoryLog({ shared: cluster })
    for (let round = 0; round < 12; round++) {
      await log.append(Array.from({ length: 40 }, (_, i) => input(`k${i % 17}`, `${round}-${i}`)))
      await wait(random() * 12)
      if (random() < 0.3) cluster.failNextCommit(random() < 0.5 ? 'kept' : 'dropped')
      const leaving = members.splice(Math.floor(random() * members.length), 1)
      await Promise.all(leaving.map((member) => (random() < 0.7 ? member.kill() : member.running.close())))
      members.push(await startMember(cluster, work))
    }

    await eventually(async () => (await valuesOf(log, 'out')).length >= 480, 10_000)

    const results = await valuesOf(log, 'out')
    expect(new Set(results).size).toBe(480)
    expect(results.length).toBe(480)
    await Promise.all(members.map((member) => member.running.close()))
  })
})

describe('the state of a lane', () => {
  const passFirst: Work = (record, { state }) => {
    const key = String(record.value)
    if (state.get(key, record.timestamp) !== undefined) return { records: [] }
    return { records: [out(record)], state: [{ key, value: '', at: record.timestamp, expiresAt: record.timestamp + 60_000 }] }
  }

  it('lets exactly one of equal records pass, however often processes die', async () => {
    const cluster = createMemoryCluster()
    const log = await openMemoryLog({ shared: cluster })
    let member = await startMember(cluster, passFirst, { stateTopic: 'state' })
    for (let round = 0; round < 15; round++) {
      await log.append(Array.from({ length: 20 }, (_, i) => input(`same${i}`, `same${i}`)))
      await wait(round % 4)
      await member.kill()
      member = await startMember(cluster, passFirst, { stateTopic: 'state' })
    }
    await eventually(() => member.running.lanes().every((lane) => lane.span === 0) && member.running.lanes().length === 3)
    await member.running.close()
    expect((await valuesOf(log, 'out')).length).toBe(20)
  })
})

describe('a window of time', () => {
  const windowMs = 1_000
  /** A value is `key@time`: the first of a key within the window passes. */
  const passFirstInWindow: Work = async (record, { state }) => {
    await Promise.resolve()
    const [key = '', time] = String(record.value).split('@')
    const at = Number(time)
    if (state.get(key, at) !== undefined) return { records: [] }
    return { records: [out(record)], state: [{ key, value: '', at, expiresAt: at + windowMs }] }
  }
  const inputOf = (value: string) => input(value.split('@')[0] ?? '', value, 0)

  it('is the same for a record whatever of later times has overtaken it', async () => {
    const cluster = createMemoryCluster()
    const log = await openMemoryLog({ shared: cluster })
    await log.ensureTopics(scenarioTopics)
    await log.append(['same@0', 'same@500', 'other@90000', 'same@1500'].map(inputOf))
    const member = await startMember(cluster, passFirstInWindow, { stateTopic: 'state' })
    await eventually(() => member.running.lanes().every((lane) => lane.span === 0) && member.running.lanes().length === 3)
    await member.running.close()
    expect((await valuesOf(log, 'out')).toSorted()).toEqual(['other@90000', 'same@0', 'same@1500'])
  })

  it('keeps no more than it needs: what no record can ask for any more is dropped from the log too', async () => {
    const cluster = createMemoryCluster()
    const log = await openMemoryLog({ shared: cluster })
    await log.ensureTopics(scenarioTopics)
    const member = await startMember(cluster, passFirstInWindow, { stateTopic: 'state' })
    for (let time = 0; time < 20_000; time += 500) {
      await log.append([inputOf(`k${time}@${time}`)])
      await eventually(async () => (await valuesOf(log, 'out')).length === time / 500 + 1)
    }
    const entries = () => member.running.lanes().reduce((sum, lane) => sum + lane.stateEntries, 0)
    await eventually(() => entries() > 0 && entries() < 10)
    await member.running.close()
    expect((await valuesOf(log, 'state')).filter((value) => value === 'null').length).toBeGreaterThan(25)
  })
})

describe('a record that ends the process', () => {
  it('is found and put aside, and the others go on', async () => {
    const cluster = createMemoryCluster()
    const log = await openMemoryLog({ shared: cluster })
    await log.ensureTopics(scenarioTopics)
    let died = 0
    let member: Member | undefined
    const deadly: Work = (record) => {
      if (String(record.value) !== 'deadly') return undefined
      died++
      void member?.kill().then(async () => {
        member = await startMember(cluster, deadly)
      })
      return new Promise(() => {})
    }
    await log.append([input('a', 'deadly', 0), input('b', 'fine', 0), input('c', 'fine too', 0)])
    member = await startMember(cluster, deadly)

    await eventually(async () => (await valuesOf(log, 'dead')).length === 1 && (await valuesOf(log, 'out')).length === 2)

    expect(await valuesOf(log, 'dead')).toEqual(['deadly'])
    expect(died).toBeLessThan(15)
    await member.running.close()
  })
})

describe('a log that is away while a lane is opened', () => {
  it('does not cost the lane: it is opened when the log is back', async () => {
    const log = await openMemoryLog()
    await log.ensureTopics(scenarioTopics)
    await log.append([0, 1, 2].map((partition) => input('a', `v${partition}`, partition)))
    let failures = 6
    const flaky: Log = {
      ...log,
      ends: (topic) => (failures-- > 0 ? Promise.reject(new LeadlineError('LOG_UNAVAILABLE', 'away')) : log.ends(topic)),
    }
    await using _running = await runProcessor({ processor: scenarioProcessor(() => undefined), log: flaky })
    await eventually(async () => (await valuesOf(log, 'out')).length === 3)
    expect(failures).toBeLessThan(0)
  })

  it('calls no operator when the process ends meanwhile', async () => {
    const log = await openMemoryLog()
    await log.ensureTopics(scenarioTopics)
    let asked = 0
    const away: Log = {
      ...log,
      ends: async () => {
        asked++
        throw new LeadlineError('LOG_UNAVAILABLE', 'away')
      },
    }
    const stopped: string[] = []
    const observer = { ...silent, laneStopped: (_: unknown, error: LeadlineError) => void stopped.push(error.code) }
    const running = await runProcessor({ processor: scenarioProcessor(() => undefined), log: away, observer })
    await eventually(() => asked >= 3)
    await running.close()
    expect(stopped).toEqual([])
  })
})

describe('a record whose processing needs something that is away', () => {
  it.each(['STORE_UNAVAILABLE', 'LOG_UNAVAILABLE', 'LOG_REFUSED'] as const)(
    'as %s tells, is processed again when it is back, and is no dead letter',
    async (code) => {
      const cluster = createMemoryCluster()
      let tries = 0
      const member = await startMember(cluster, () => {
        tries++
        if (tries < 3) throw new LeadlineError(code, 'away')
        return undefined
      })
      await member.log.append([input('a', 'patient')])
      await eventually(async () => (await valuesOf(member.log, 'out')).length === 1)
      expect(await valuesOf(member.log, 'dead')).toEqual([])
      await member.running.close()
    },
  )
})

describe('a position that cannot be trusted', () => {
  it('stops the lane with an error that names it, and nothing is skipped', async () => {
    const cluster = createMemoryCluster()
    const log = await openMemoryLog({ shared: cluster })
    await log.ensureTopics(scenarioTopics)
    const farAhead = encodeMetadata({
      stamp: { owner: '000000000000', sequence: 1 },
      base: 0,
      starts: 0,
      suspect: null,
      runs: [1, 99_999],
    })
    const forger = await log.join('leadline.scenario', ['in'], {
      assigned: async (lane) => {
        lane.start(0, () => {})
        await lane.commit({ offset: 0, metadata: lane.partition === 0 ? 'who-knows' : farAhead, records: [] })
      },
      released: async () => {},
    })
    await eventually(async () => true)
    await forger.close()
    await log.append([0, 1, 2].map((partition) => input('a', 'kept', partition)))
    const stopped: string[] = []
    const running = await runProcessor({
      processor: scenarioProcessor(() => undefined),
      log,
      observer: { ...silent, laneStopped: (_, error) => void stopped.push(error.code) },
    })
    await eventually(() => stopped.length === 3)
    expect(new Set(stopped)).toEqual(new Set(['LOG_FOREIGN_METADATA']))
    expect(await valuesOf(log, 'out')).toEqual([])
    await running.close()
  })
})
