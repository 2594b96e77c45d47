import { type CallEvidence, type CommittedAttempt, couldBe, matchCalls, seenLateMs, wasKilled } from './match-calls.ts'
import type { SeenCall } from './outside-world.ts'

export interface CallVerdict {
  /** Calls beyond the attempts that the log holds. */
  readonly repeated: number
  readonly byKill: number
  readonly byOrphan: number
  readonly byOperator: number
  readonly unexplained: readonly SeenCall[]
  /** Attempts that tell of an answer, without a call that could have been answered. */
  readonly invented: readonly CommittedAttempt[]
}

/**
 * Finds for every attempt in the log the call that it tells of, and for every other call who dropped its result: a process that was
 * killed before it had committed it, or one that recorded an orphan on that lane afterwards. Each recorded orphan explains one call,
 * each kill as many of a lane as a lane can hold.
 */
export function explainCalls(evidence: CallEvidence): CallVerdict {
  const { committed, dropped, invented } = matchCalls(evidence)
  const orphans = orphanBudget(evidence)
  const kills = killBudget(evidence, committed)
  let [byKill, byOrphan, byOperator] = [0, 0, 0]
  const unexplained: SeenCall[] = []
  for (const call of dropped) {
    if (evidence.excused(call.key)) byOperator += 1
    else if (kills.take(call)) byKill += 1
    else if (orphans.take(call)) byOrphan += 1
    else unexplained.push(call)
  }
  return {
    repeated: dropped.length,
    byKill,
    byOrphan,
    byOperator,
    unexplained,
    invented: invented.filter(({ answered }) => answered),
  }
}

interface Budget {
  /** Whether it explains this call too; if so there is one less left. */
  take(call: SeenCall): boolean
}

/**
 * A lane commits results in the order in which they came. So once a killed process had committed an attempt that began after this call was
 * done with, it had committed or dropped this one too, and its end says nothing of it.
 */
function killBudget(evidence: CallEvidence, committed: ReadonlyMap<SeenCall, CommittedAttempt>): Budget {
  const laneOf = ({ caller, key }: SeenCall): string => `${caller} ${evidence.partitionOf(key)}`
  const lastCommitted = new Map<string, number>()
  for (const [call, { from }] of committed) lastCommitted.set(laneOf(call), Math.max(lastCommitted.get(laneOf(call)) ?? 0, from))
  const used = new Map<string, number>()
  return {
    take(call) {
      const lane = laneOf(call)
      const times = used.get(lane) ?? 0
      const mayBeOpen = call.at >= (lastCommitted.get(lane) ?? 0) - seenLateMs
      if (!wasKilled(call, evidence) || !mayBeOpen || times >= evidence.laneHolds) return false
      used.set(lane, times + 1)
      return true
    },
  }
}

function orphanBudget({ orphans, partitionOf }: CallEvidence): Budget {
  const left = orphans.map((orphan) => ({ ...orphan })).toSorted((a, b) => a.at - b.at)
  return {
    take(call) {
      const found = left.find((orphan) => couldBe(orphan, call, partitionOf(call.key)) && orphan.calls > 0)
      if (found === undefined) return false
      found.calls -= 1
      return true
    },
  }
}
