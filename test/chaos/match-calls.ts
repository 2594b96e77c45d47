import type { SeenCall } from './outside-world.ts'

/** An attempt that the log holds: the call behind it was made between these two times. */
export interface CommittedAttempt {
  readonly key: string
  readonly from: number
  readonly to: number
  /** It tells what the outside answered, so there was a call; one that ran into a timeout or found no connection need not have one. */
  readonly answered: boolean
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
  /** Most records that a lane holds, under way and not committed: more than that no kill can have dropped. */
  readonly laneHolds: number
}

export interface Matches {
  readonly committed: ReadonlyMap<SeenCall, CommittedAttempt>
  /** Calls of which no attempt in the log tells. */
  readonly dropped: readonly SeenCall[]
  /** Attempts without a call. */
  readonly invented: readonly CommittedAttempt[]
}

const slackMs = 1_000
/** On a busy machine the outside looks at a call some seconds after it was sent; its result can have been dropped by then. */
export const seenLateMs = 5_000
/** No result waits longer to be committed than the longest outage lasts: a kill does not explain what was dropped before. */
const uncommittedAtMostMs = 300_000

/** Finds the call of each attempt. */
export function matchCalls(evidence: CallEvidence): Matches {
  const calls = Map.groupBy(evidence.calls, ({ key }) => key)
  const attempts = Map.groupBy(evidence.attempts, ({ key }) => key)
  const committed = new Map<SeenCall, CommittedAttempt>()
  const invented: CommittedAttempt[] = []
  for (const [key, ofKey] of attempts) invented.push(...matchKey(calls.get(key) ?? [], ofKey, { evidence, committed }))
  return { committed, invented, dropped: evidence.calls.filter((call) => !committed.has(call)) }
}

/**
 * When several calls fit one attempt, one within its times is taken to be it before one that is a little off, and then the one whose caller
 * was not killed and did not lose the lane, or did so the longest time afterwards. Attempts without a call are left.
 */
function matchKey(
  calls: readonly SeenCall[],
  attempts: readonly CommittedAttempt[],
  { evidence, committed }: { readonly evidence: CallEvidence; readonly committed: Map<SeenCall, CommittedAttempt> },
): CommittedAttempt[] {
  const keptMs = new Map(calls.map((call) => [call, keptFor(call, evidence)]))
  const kept = (call: SeenCall): number => keptMs.get(call) ?? mostMs
  const likeliest = calls.toSorted((a, b) => kept(b) - kept(a) || a.at - b.at)
  const withoutCall = (left: readonly CommittedAttempt[], offMs: number): CommittedAttempt[] =>
    left.filter((attempt) => {
      const fits = (call: SeenCall): boolean => call.at >= attempt.from - offMs && call.at <= attempt.to + offMs
      const found = likeliest.find((call) => fits(call) && !committed.has(call))
      if (found !== undefined) committed.set(found, attempt)
      return found === undefined
    })
  return withoutCall(withoutCall(attempts, 0), slackMs)
}

const mostMs = Number.MAX_SAFE_INTEGER

/** How long after the call its caller was killed, or recorded an orphan on the lane, whichever came first. */
function keptFor(call: SeenCall, evidence: CallEvidence): number {
  const partition = evidence.partitionOf(call.key)
  const lost = evidence.orphans.filter((orphan) => couldBe(orphan, call, partition)).map(({ at }) => at - call.at)
  const killed = wasKilled(call, evidence) ? (evidence.killedAt.get(call.caller) ?? call.at) - call.at : mostMs
  return Math.min(mostMs, killed, ...lost)
}

export function couldBe(orphan: RecordedOrphans, { caller, at }: SeenCall, partition: number): boolean {
  return orphan.caller === caller && orphan.partition === partition && orphan.at >= at - seenLateMs
}

export function wasKilled({ caller, at }: SeenCall, { killedAt }: CallEvidence): boolean {
  const diedAt = killedAt.get(caller) ?? Number.NEGATIVE_INFINITY
  return diedAt >= at - seenLateMs && diedAt - at <= uncommittedAtMostMs
}
