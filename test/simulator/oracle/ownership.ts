import { type LaneName, laneKey } from '../broker/transactions.ts'
import type { Report } from './violation.ts'

/** Who had which lane how often: the only excuse for starting a record again, or for dropping what was finished. */
export interface Ownership {
  assigned(lane: LaneName, to: string): void
  committed(lane: LaneName, by: string): void
  /** How often `by` may have started any record of the lane: once for each time it got the lane or was overtaken on it. */
  turns(lane: LaneName, by: string): number
  finished(lane: LaneName, by: string, offset: number): void
  settled(lane: LaneName, by: string, offset: number): void
  /** Forgets what `by` has finished and not committed on the lane. */
  lost(lane: LaneName, by: string): void
  unsettled(lane: LaneName, by: string): readonly number[]
}

/** Outages, freezes and waits between tries together are shorter. */
const longestCommitMs = 600_000

export function createOwnership(now: () => number, report: Report): Ownership {
  const assignments = new Map<string, number>()
  const commits = new Map<string, Map<string, number>>()
  const waiting = new Map<string, Map<number, number>>()
  const keyOf = (lane: LaneName, by: string): string => `${by} ${laneKey(lane)}`
  const add = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1)

  function commitsOf(lane: LaneName): Map<string, number> {
    const found = commits.get(laneKey(lane)) ?? new Map<string, number>()
    commits.set(laneKey(lane), found)
    return found
  }

  /** Offsets, and when they were finished. */
  function waitingOf(lane: LaneName, by: string): Map<number, number> {
    const found = waiting.get(keyOf(lane, by)) ?? new Map<number, number>()
    waiting.set(keyOf(lane, by), found)
    return found
  }

  return {
    assigned: (lane, to) => add(assignments, keyOf(lane, to)),
    committed: (lane, by) => add(commitsOf(lane), by),
    turns: (lane, by) => {
      const foreign = [...commitsOf(lane)].filter(([other]) => other !== by)
      return (assignments.get(keyOf(lane, by)) ?? 0) + foreign.reduce((sum, [, times]) => sum + times, 0)
    },
    finished: (lane, by, offset) => void waitingOf(lane, by).set(offset, now()),
    settled: (lane, by, offset) => {
      const waitedMs = now() - (waitingOf(lane, by).get(offset) ?? now())
      if (waitedMs > longestCommitMs) report('committed late', `${laneKey(lane)}@${offset} after ${waitedMs} ms`)
      waitingOf(lane, by).delete(offset)
    },
    lost: (lane, by) => waitingOf(lane, by).clear(),
    unsettled: (lane, by) => [...waitingOf(lane, by).keys()],
  }
}
