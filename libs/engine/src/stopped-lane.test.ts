import type { LeadlineError } from '@leadline/domain'
import {
  createMemoryCluster,
  type LaneCommit,
  type LaneOwner,
  type LanePosition,
  type Log,
  type LogLane,
  openMemoryLog,
} from '@leadline/log'
import { expect, test } from 'vitest'
import { type EngineObserver, type LaneName, silentObserver } from './observer.ts'
import { encodeMetadata } from './offset-map.ts'
import type { Processor } from './processor.ts'
import { eventually, input, out, scenarioProcessor, scenarioTopics, valuesOf } from './processor-scenario.ts'
import { runProcessor } from './run-processor.ts'

/** What the observer is told of lanes that stop. */
function stops() {
  const stopped: { readonly lane: LaneName; readonly error: LeadlineError }[] = []
  const observer: EngineObserver = {
    ...silentObserver,
    laneStopped: ({ group, topic, partition }, error) => void stopped.push({ lane: { group, topic, partition }, error }),
  }
  return { stopped, observer }
}

async function openLog(limits = {}): Promise<Log> {
  const log = await openMemoryLog({ shared: createMemoryCluster(), limits })
  await log.ensureTopics(scenarioTopics)
  return log
}

/** A log whose lanes commit and open again as `over` says. */
function withLanes(log: Log, over: (lane: LogLane) => Partial<LogLane>): Log {
  const lanes = new Map<LogLane, LogLane>()
  const wrapped = (owner: LaneOwner): LaneOwner => ({
    assigned: (lane) => {
      const its = { ...lane, ...over(lane) }
      lanes.set(lane, its)
      return owner.assigned(its)
    },
    released: (lane, how) => owner.released(lanes.get(lane) ?? lane, how),
  })
  return { ...log, join: (group, topics, owner) => log.join(group, topics, wrapped(owner)) }
}

const broken = (): never => {
  throw new Error('no dead letter')
}

test.each([
  ['whose processing throws', scenarioProcessor(() => broken(), { poisoned: broken })],
  ['whose processing rejects', scenarioProcessor(async () => broken(), { poisoned: broken })],
  ['that cannot be parked', parking({ poisoned: broken })],
])('a record %s and for which no dead letter can be made stops its lane, not the process', async (_, processor) => {
  const log = await openLog()
  await log.append([input('a', 'bad', 0), input('b', 'fine', 1)])
  const { stopped, observer } = stops()
  await using running = await runProcessor({ processor, log, observer, limits: { flushIntervalMs: 1 } })

  await eventually(() => stopped.some(({ lane }) => lane.partition === 0))

  expect(stopped[0]?.error.message).toMatch(/in\/0.* offset 0.*no dead letter/)
  expect(running.lanes().every((lane) => lane.running === 0)).toBe(true)
})

/** Parks each record, which throws at once. */
function parking(extra: Partial<Processor>): Processor {
  return scenarioProcessor(() => undefined, {
    ...extra,
    gate: {
      resourceOf: () => 'closed',
      ask: () => ({ type: 'park', dueAt: 1 }),
      release: () => {},
      park: broken,
      onChange: () => () => {},
    },
  })
}

test('a record that is known to end the process and for which no dead letter can be made stops its lane', async () => {
  const log = await openLog()
  await log.append([input('a', 'deadly', 0), input('b', 'next', 0)])
  const suspected = { base: 0, starts: 99, suspect: 0, runs: [] }
  await commitOn(log, { offset: 0, metadata: encodeMetadata({ ...suspected, stamp: { owner: '00'.repeat(6), sequence: 1 } }) })
  const { stopped, observer } = stops()
  const processor = scenarioProcessor(() => undefined, { poisoned: broken })
  await using _running = await runProcessor({ processor, log, observer, limits: { flushIntervalMs: 1 } })

  await eventually(() => stopped.length === 1)

  expect(await valuesOf(log, 'out')).toEqual([])
})

/** Commits for the group on partition 0, as a former process did. */
async function commitOn(log: Log, commit: Omit<LaneCommit, 'records'>): Promise<void> {
  const former = await log.join('leadline.scenario', ['in'], {
    assigned: async (lane) => {
      lane.start(0, () => {})
      if (lane.partition === 0) await lane.commit({ ...commit, records: [] })
    },
    released: async () => {},
  })
  await former.close()
}

test('a dead letter that is too large for the log stops the lane with an error that names the record; nothing is skipped', async () => {
  const log = await openLog({ recordBytes: 50_000 })
  await log.append([input('a', 'fine', 0), input('b', 'bad', 0), input('c', 'bad', 0)])
  const { stopped, observer } = stops()
  const large = { topic: 'dead', key: null, value: Buffer.alloc(60_000), headers: {} }
  const processor = scenarioProcessor((record) => (String(record.value) === 'bad' ? broken() : undefined), {
    poisoned: () => ({ records: [large] }),
  })
  await using _running = await runProcessor({ processor, log, observer, limits: { flushIntervalMs: 1, inFlight: 1 } })

  await eventually(() => stopped.length === 1)

  expect(stopped[0]).toMatchObject({
    lane: { topic: 'in', partition: 0 },
    error: { code: 'RECORD_TOO_LARGE', fields: { topic: 'in', partition: 0, offset: 1 } },
  })
  expect(await valuesOf(log, 'dead')).toEqual([])
})

test.each([
  ['headers', () => ({ records: [{ topic: 'out', key: null, value: null, headers: { large: Buffer.alloc(60_000) } }] })],
  ['a change of state', () => ({ records: [], state: [{ key: 'k', value: 'x'.repeat(60_000), at: 1, expiresAt: 2 }] })],
])('a result that is too large by %s makes a dead letter', async (_, result) => {
  const log = await openLog({ recordBytes: 50_000 })
  await log.append([input('a', 'large', 0)])
  const processor = scenarioProcessor(result, { stateTopic: 'state' })
  await using _running = await runProcessor({ processor, log, limits: { flushIntervalMs: 1 } })

  await eventually(async () => (await valuesOf(log, 'dead')).length === 1)

  expect(await valuesOf(log, 'out')).toEqual([])
})

test('after an unknown commit metadata that is not ours stops the lane with an error that says so', async () => {
  const log = await openLog()
  await log.append([input('a', 'v', 0)])
  const foreign: LanePosition = { offset: 1, metadata: 'LL2.of-another-version' }
  const meddled = withLanes(log, () => ({ commit: async () => 'unknown', reopen: async () => foreign }))
  const { stopped, observer } = stops()
  const processor = scenarioProcessor((record) => ({ records: [out(record)] }))
  await using _running = await runProcessor({ processor, log: meddled, observer, limits: { flushIntervalMs: 1 } })

  await eventually(() => stopped.length === 1)

  expect(stopped[0]).toMatchObject({ lane: { partition: 0 }, error: { code: 'LOG_FOREIGN_METADATA' } })
})

test('a flush that breaks stops the lane, not the process', async () => {
  const log = await openLog()
  await log.append([input('a', 'v', 0)])
  const breaking = withLanes(log, () => ({ commit: () => Promise.reject(new Error('a bug of the driver')) }))
  const { stopped, observer } = stops()
  const processor = scenarioProcessor((record) => ({ records: [out(record)] }))
  await using _running = await runProcessor({ processor, log: breaking, observer, limits: { flushIntervalMs: 1 } })

  await eventually(() => stopped.length === 1)

  expect(stopped[0]).toMatchObject({ lane: { partition: 0 }, error: { code: 'UNEXPECTED', message: 'a bug of the driver' } })
})
