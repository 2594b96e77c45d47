import { createMemoryCluster, type LaneOwner, type Log, type LogLane, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import { encodeMetadata } from './offset-map.ts'
import { eventually, input, scenarioProcessor, scenarioTopics, valuesOf } from './processor-scenario.ts'
import { runProcessor } from './run-processor.ts'

const foreign = { owner: 'aaaaaaaaaaaa', sequence: 1 }

/**
 * A log on which somebody else commits behind this process's back, once, when it is about to commit for the `turn`-th time: that commit
 * is refused without an answer, as Kafka refuses it, and the group still says that the lane is ours.
 */
function behindTheBack(log: Log, turn: number, done: number): Log {
  let commits = 0
  const meddled = (lane: LogLane): LogLane => ({
    ...lane,
    commit: async (commit) => {
      if (lane.partition !== 0 || ++commits !== turn) return lane.commit(commit)
      const metadata = encodeMetadata({ stamp: foreign, base: done, starts: 0, suspect: null, runs: [] })
      await lane.commit({ offset: done, metadata, records: [] })
      return 'unknown'
    },
  })
  const lanes = new Map<LogLane, LogLane>()
  const wrapped = (owner: LaneOwner): LaneOwner => ({
    assigned: (lane) => {
      const its = meddled(lane)
      lanes.set(lane, its)
      return owner.assigned(its)
    },
    released: (lane, how) => owner.released(lanes.get(lane) ?? lane, how),
  })
  return { ...log, join: (group, topics, owner) => log.join(group, topics, wrapped(owner)) }
}

async function openLog(): Promise<Log> {
  const log = await openMemoryLog({ shared: createMemoryCluster() })
  await log.ensureTopics(scenarioTopics)
  await log.append(['a', 'b', 'c', 'd'].map((value) => input(value, value, 0)))
  return log
}

describe('a lane that somebody else has committed on', () => {
  // The first commit announces a start, the second carries results.
  it.each([1, 2])('goes on from there, and repeats nothing of what is done (commit %i)', async (turn) => {
    const log = await openLog()
    await using _running = await runProcessor({
      processor: scenarioProcessor(() => undefined),
      log: behindTheBack(log, turn, 2),
      limits: { flushIntervalMs: 1 },
    })
    await eventually(async () => (await valuesOf(log, 'out')).length >= 2)
    await log.append([input('e', 'e', 0)])
    await eventually(async () => (await valuesOf(log, 'out')).includes('e'))
    expect(await valuesOf(log, 'out')).toEqual(['c', 'd', 'e'])
  })

  it('stays closed when it is closed meanwhile', async () => {
    const log = await openLog()
    const running = await runProcessor({
      processor: scenarioProcessor(() => undefined),
      log: behindTheBack(log, 2, 4),
      limits: { flushIntervalMs: 1 },
    })
    await running.close()
    expect(running.lanes()).toEqual([])
  })
})
