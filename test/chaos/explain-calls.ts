import type { SeenCall } from './outside-world.ts'

/** An attempt that the log holds: the call behind it was made between these two times. */
export interface CommittedAttempt {
  readonly key: string
  readonly from: number
  readonly to: number
}

/** Results that a process says it dropped with a lane. */
export interface RecordedOrphans {
  readonly caller: string
  readonly partition: number
  readonly at: number
  readonly calls: number
}

export interface CallEvidence {
  readonly calls: readonly SeenCall[]
  readonly attempts: readonly CommittedAttempt[]
  readonly orphans: readonly RecordedOrphans[]
  /** When callers were killed with -9. */
  readonly killedAt: ReadonlyMap<string, number>
  /** The partition of the steps' topic that a key belongs to. */
  readonly partitionOf: (key: string) => number
  /** Leads that an operator had done again. */
  readonly excused: (key: string) => boolean
}

export interface CallVerdict {
  /** Calls beyond the attempts that the log holds. */
  readonly repeated: number
  readonly byKill: number
  readonly byOrphan: number
  readonly byOperator: number
  readonly unexplained: readonly SeenCall[]
}

const slackMs = 1_000
/** On a busy machine the outside looks at a call some seconds after it was sent; its result can have been dropped by then. */
const seenLateMs = 5_000
/** No result waits longer to be committed than the longest outage lasts: a kill does not explain what was dropped before. */
const uncommittedAtMostMs = 300_000

/**
 * Finds for every attempt in the log the call that it tells of, and for every other call who dropped its result: a process that was
 * killed afterwards, or one that recorded an orphan on that lane afterwards. Each recorded orphan explains one call.
 */
export function explainCalls(evidence: CallEvidence): CallVerdict {
  const attempts = Map.groupBy(evidence.attempts, ({ key }) => key)
  const budget = orphanBudget(evidence.orphans)
  let byKill = 0
  let byOrphan = 0
  let byOperator = 0
  const unexplained: SeenCall[] = []
  for (const [key, calls] of Map.groupBy(evidence.calls, (call) => call.key)) {
    const dropped = withoutCommitted(calls, attempts.get(key) ?? [], evidence)
    if (evidence.excused(key)) byOperator += dropped.length
    else
      for (const call of dropped) {
        if (wasKilled(call, evidence)) byKill += 1
        else if (budget.take(call, evidence.partitionOf(key))) byOrphan += 1
        else unexplained.push(call)
      }
  }
  const repeated = byKill + byOrphan + byOperator + unexplained.length
  return { repeated, byKill, byOrphan, byOperator, unexplained }
}

/**
 * When several calls fit one attempt, one within its times is taken to be it before one that is a little off, and then the one whose caller
 * was not killed and did not lose the lane, or did so the longest time afterwards.
 */
function withoutCommitted(calls: readonly SeenCall[], attempts: readonly CommittedAttempt[], evidence: CallEvidence): SeenCall[] {
  const keptMs = new Map(calls.map((call) => [call, keptFor(call, evidence)]))
  const kept = (call: SeenCall): number => keptMs.get(call) ?? mostMs
  const left = calls.toSorted((a, b) => kept(b) - kept(a) || a.at - b.at)
  const found = (from: number, to: number): boolean => {
    const index = left.findIndex(({ at }) => at >= from && at <= to)
    if (index >= 0) left.splice(index, 1)
    return index >= 0
  }
  const without = attempts.filter(({ from, to }) => !found(from, to))
  for (const { from, to } of without) found(from - slackMs, to + slackMs)
  return left
}

const mostMs = Number.MAX_SAFE_INTEGER

/** How long after the call its caller was killed, or recorded an orphan on the lane, whichever came first. */
function keptFor(call: SeenCall, evidence: CallEvidence): number {
  const partition = evidence.partitionOf(call.key)
  const lost = evidence.orphans.filter((orphan) => couldBe(orphan, call, partition)).map(({ at }) => at - call.at)
  const killed = wasKilled(call, evidence) ? (evidence.killedAt.get(call.caller) ?? call.at) - call.at : mostMs
  return Math.min(mostMs, killed, ...lost)
}

function couldBe(orphan: RecordedOrphans, { caller, at }: SeenCall, partition: number): boolean {
  return orphan.caller === caller && orphan.partition === partition && orphan.at >= at - seenLateMs
}

function wasKilled({ caller, at }: SeenCall, { killedAt }: CallEvidence): boolean {
  const diedAt = killedAt.get(caller) ?? Number.NEGATIVE_INFINITY
  return diedAt >= at - seenLateMs && diedAt - at <= uncommittedAtMostMs
}

function orphanBudget(orphans: readonly RecordedOrphans[]) {
  const left = orphans.map((orphan) => ({ ...orphan })).toSorted((a, b) => a.at - b.at)
  return {
    take(call: SeenCall, partition: number): boolean {
      const found = left.find((orphan) => couldBe(orphan, call, partition) && orphan.calls > 0)
      if (found === undefined) return false
      found.calls -= 1
      return true
    },
  }
}
