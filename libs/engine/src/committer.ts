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
  /** `fenced`: the lane is no longer ours and nothing of the plan took place, unless somebody else says so. */
  commit(plan: CommitPlan): Promise<'committed' | 'fenced'>
}

const firstBackoffMs = 50
const longestBackoffMs = 5_000

export interface CommitterOptions {
  readonly lane: LogLane
  readonly owner: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly observer: EngineObserver
}

export function createCommitter({ lane, owner, clock, signal, observer }: CommitterOptions): Committer {
  let sequence = 0
  let confirmed = false

  async function commit(plan: CommitPlan): Promise<'committed' | 'fenced'> {
    for (let backoffMs = firstBackoffMs; ; backoffMs = Math.min(backoffMs * 2, longestBackoffMs)) {
      sequence++
      const answer = await lane.commit(toLaneCommit(plan))
      const found = answer === 'unknown' ? await findOut(backoffMs) : answer
      if (found === 'fenced') return found
      if (answer === 'unknown') observer.commitUnknown(lane, found)
      if (found === 'repeated') continue
      confirmed = true
      return found
    }
  }

  function toLaneCommit({ records, ...metadata }: CommitPlan): LaneCommit {
    return { offset: metadata.base, metadata: encodeMetadata({ ...metadata, stamp: { owner, sequence } }), records }
  }

  /** Fences the lost commit first, so that what is read back is final. */
  async function findOut(firstWaitMs: number): Promise<'committed' | 'repeated' | 'fenced'> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestBackoffMs)) {
      await delay(clock, waitMs * (0.5 + clock.random()), signal)
      if (signal.aborted) return 'fenced'
      // A rejection means that the log cannot be reached; the lane stays ours until the log says otherwise.
      const position = await lane.reopen().catch(() => undefined)
      if (position !== undefined) return position === 'fenced' ? position : compare(position)
    }
  }

  function compare({ metadata }: LanePosition): 'committed' | 'repeated' | 'fenced' {
    const stamp = readStamp(metadata)
    if (stamp?.owner === owner) return stamp.sequence === sequence ? 'committed' : 'repeated'
    // Not our stamp: our first commit has not taken place yet, or somebody else has committed after us.
    return confirmed ? 'fenced' : 'repeated'
  }

  return { commit }
}

function readStamp(metadata: string): Stamp | undefined {
  return metadata === '' ? undefined : decodeMetadata(metadata).stamp
}
