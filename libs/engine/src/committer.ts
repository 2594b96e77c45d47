import type { LaneCommit, LanePosition, LogLane, OutgoingRecord } from '@leadline/log'
import type { Clock } from './clock.ts'
import type { EngineObserver } from './observer.ts'
import { decodeMetadata, encodeMetadata, type LaneMetadata, type Stamp } from './offset-map.ts'
import { delay } from './system-clock.ts'

/** What one commit writes: the position and what is kept with it, and the records that become visible with it. */
export interface CommitPlan extends Omit<LaneMetadata, 'stamp'> {
  readonly records: readonly OutgoingRecord[]
}

/** Commits plans of one lane, one at a time, and finds out what became of those whose answer was lost. */
export interface Committer {
  commit(plan: CommitPlan): Promise<CommitResult>
}

export type CommitResult =
  | { readonly type: 'committed' }
  /** The lane is no longer ours, and nothing of the plan took place. */
  | { readonly type: 'fenced' }
  /** The lane is ours, but somebody else has committed on it: what we know of it is old, and so is the plan. */
  | { readonly type: 'overtaken'; readonly position: LanePosition }

const firstBackoffMs = 50
const longestBackoffMs = 5_000
/**
 * Brokers that have all been away can tell of a position from some seconds before that until their copies have caught up; a coordinator that has
 * begun before it had loaded all, until the lane commits again (Kafka 4.1 to 4.3). Where no records tell which was the last, the old one is
 * believed after this time.
 */
const catchUpMs = 60_000

export interface CommitterOptions {
  readonly lane: LogLane
  /** What the lane was opened from. */
  readonly position: LanePosition
  readonly owner: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly observer: EngineObserver
}

type Found =
  | Exclude<CommitResult, { readonly type: 'committed' }>
  | { readonly type: 'repeated' }
  /** It took place, by this position; the group may tell of an older one all the same. */
  | { readonly type: 'made'; readonly position: LanePosition; readonly heard: boolean }

export function createCommitter({ lane, position, owner, clock, signal, observer }: CommitterOptions): Committer {
  let sequence = 0
  /** The last position that is known to be ours, or that we began from. */
  let known = position

  async function commit(plan: CommitPlan): Promise<CommitResult> {
    let { records } = plan
    let made = false
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      sequence++
      const next = toLaneCommit({ ...plan, records })
      const answer = await lane.commit(next)
      if (answer === 'committed') {
        known = { offset: next.offset, metadata: next.metadata }
        return { type: 'committed' }
      }
      const found: Found = answer === 'fenced' ? { type: 'fenced' } : await findOut(backoffMs)
      if (found.type === 'fenced') return made ? { type: 'committed' } : found
      if (found.type === 'overtaken') return found
      observer.commitUnknown(lane, found.type === 'made' ? 'committed' : 'repeated')
      if (found.type === 'repeated') continue
      known = found.position
      if (found.heard) return { type: 'committed' }
      // Whoever opens the lane next knows only what the group tells: it learns of the position by one more.
      made = true
      records = []
    }
  }

  function toLaneCommit({ records, ...metadata }: CommitPlan): LaneCommit {
    return { offset: metadata.base, metadata: encodeMetadata({ ...metadata, stamp: { owner, sequence } }), records }
  }

  /** Fences the lost commit first, so that what is read back is final. */
  async function findOut(firstWaitMs: number): Promise<Found> {
    // Waits that ended with an older position: those without an answer say nothing. Counted, not read off the clock, which can be set back.
    let behindMs = 0
    let recordsTell = lane.positionByRecords !== undefined
    for (let backoffMs = firstWaitMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      const waitMs = backoffMs * (0.5 + clock.random())
      await delay(clock, waitMs, signal)
      if (signal.aborted) return { type: 'fenced' }
      // A rejection means that the log cannot be reached; the lane stays ours until the log says otherwise.
      const position = await lane.reopen().catch(() => undefined)
      if (position === undefined) continue
      if (position === 'fenced') return { type: 'fenced' }
      if (isBeyondUs(position)) return compare(position)
      // What the group tells may leave out even the commit that is in doubt.
      const last = recordsTell ? await byRecords() : undefined
      if (last === 'away') continue
      if (last !== undefined) {
        const proven = compare(last)
        if (proven.type === 'made') return { ...proven, heard: isSame(last, position) }
        if (proven.type !== 'overtaken') return proven
      }
      recordsTell = false
      if (!isBehindUs(position) || behindMs >= catchUpMs) return compare(position)
      behindMs += waitMs
    }
  }

  async function byRecords(): Promise<LanePosition | 'away' | undefined> {
    try {
      return await lane.positionByRecords?.()
    } catch {
      return 'away'
    }
  }

  /** Whoever has committed it, it is not old. */
  function isBeyondUs(found: LanePosition): boolean {
    return offsetOf(found) > offsetOf(known) || turnOf(found) > turnOf(known)
  }

  /** What we, or those before us, have moved past. One by others that begins where ours does can be either. */
  function isBehindUs(found: LanePosition): boolean {
    if (isSame(found, known)) return false
    if (isSame(found, position) || offsetOf(found) < offsetOf(known)) return true
    return turnOf(found) > 0 && turnOf(found) < turnOf(known)
  }

  /** Which of our commits it is of, from 1 on; 0 when it is not ours. */
  function turnOf({ metadata }: LanePosition): number {
    const stamp = readStamp(metadata)
    return stamp?.owner === owner ? stamp.sequence : 0
  }

  /**
   * All of ours after the last that is known are tries of the same plan. A process that was frozen while it opened the lane can have committed on
   * it after it was ours: only what is known may be built on.
   */
  function compare(position: LanePosition): Found {
    if (turnOf(position) > turnOf(known)) return { type: 'made', position, heard: true }
    return isSame(position, known) ? { type: 'repeated' } : { type: 'overtaken', position }
  }

  return { commit }
}

const offsetOf = ({ offset }: LanePosition): number => offset ?? 0

function isSame(one: LanePosition, other: LanePosition): boolean {
  return one.offset === other.offset && one.metadata === other.metadata
}

/** Undefined when we have not written it: whoever opens the lane from there says what is wrong with it. */
function readStamp(metadata: string): Stamp | undefined {
  try {
    return decodeMetadata(metadata).stamp
  } catch {
    return undefined
  }
}
