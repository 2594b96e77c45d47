import { type LeadlineError, toLeadlineError } from '@leadline/domain'
import type { LogLane, OutgoingRecord } from '@leadline/log'
import type { Clock } from './clock.ts'
import type { CommitResult, Committer } from './committer.ts'
import type { ChangelogState } from './lane-state.ts'
import type { EngineLimits } from './limits.ts'
import type { EngineObserver } from './observer.ts'
import type { Completion } from './processor.ts'
import { createQueue } from './queue.ts'
import { bytesOf, createTopicBudget } from './topic-budget.ts'
import type { Entry, Window } from './window.ts'

/** The only writer of a lane: gathers completions and commits them together. Results stay in memory until committed, so no commit is ever repeated with a call. */
export interface Flusher {
  add(entry: Entry, completion: Completion): void
  /** Resolves when everything added is committed, or the lane is fenced. */
  drain(): Promise<void>
  stop(): void
  /**
   * Before the first start after an opening, and before each start of a cautious lane, the start itself is committed:
   * this is how a record that ends the process is found. Calls `again` when it has been.
   */
  mayStart(entry: Entry, again: () => void): boolean
  /** One record at a time: some record of this lane has been ending the process. */
  readonly cautious: () => boolean
  /** Completions not committed yet, those of the commit under way included. */
  readonly pending: number
}

export type LaneEnd =
  | Exclude<CommitResult, { readonly type: 'committed' }>
  /** A mistake of ours or of the log's driver. */
  | { readonly type: 'failed'; readonly error: LeadlineError }

export interface FlusherOptions {
  readonly lane: LogLane
  readonly window: Window
  readonly state: ChangelogState
  readonly committer: Committer
  readonly clock: Clock
  readonly limits: EngineLimits
  readonly observer: EngineObserver
  /** Told of records that are committed. */
  readonly taken: (records: readonly OutgoingRecord[]) => void
  readonly commitBytesPerTopic: number
  /** Starts without a result before this opening, and the record that was then started alone. */
  readonly starts: number
  readonly suspect: number | null
  readonly settled: () => void
  /** Nothing can be committed any more. */
  readonly ended: (why: LaneEnd) => void
}

export function createFlusher(options: FlusherOptions): Flusher {
  const { lane, window, state, committer, clock, limits, observer, taken, commitBytesPerTopic } = options
  const completed = createQueue<Entry>()
  let starts = options.starts
  // What was in flight when the process ended is at most this much; beyond it there is nothing left to suspect.
  let cautionLeft = options.starts >= limits.startsBeforeCaution ? Math.min(limits.inFlight, limits.laneRecords) : 0
  let announced: number | null = null
  // A start is being announced by the commit under way; whoever asks meanwhile is asked again after it.
  let telling = false
  let announcing: { readonly offset: number; readonly again: () => void } | undefined
  let flushing: Promise<void> | undefined
  let timer: { readonly hurry: boolean; readonly cancel: () => void } | undefined
  let lastFlushAt = 0
  let stopped = false
  let underWay = 0

  function add(entry: Entry, completion: Completion): void {
    entry.state = 'completed'
    entry.completion = completion
    completed.push(entry)
    schedule()
  }

  function schedule(): void {
    if (stopped || flushing !== undefined) return
    const hurry = announcing !== undefined || completed.size >= limits.flushCompletions
    // Whoever is in a hurry once must not be put off by the next who is.
    if (timer !== undefined && (timer.hurry || !hurry)) return
    timer?.cancel()
    const cancel = clock.after(hurry ? 0 : untilNextTurn(), () => {
      timer = undefined
      flush()
    })
    timer = { hurry, cancel }
  }

  function cancelTimer(): void {
    timer?.cancel()
    timer = undefined
  }

  /** All lanes of a process take their turns at the same moments, so that a log can put what they commit into one transaction. */
  function untilNextTurn(): number {
    const { flushIntervalMs } = limits
    const turnAt = Math.floor((lastFlushAt + flushIntervalMs) / flushIntervalMs) * flushIntervalMs
    // Never longer than the interval: when the time of day is set back, the last flush lies in the future.
    return Math.min(Math.max(0, turnAt - clock.now()), flushIntervalMs)
  }

  function flush(): void {
    if (stopped || flushing !== undefined) return
    const flushed = flushOnce().catch((thrown) => options.ended({ type: 'failed', error: toLeadlineError(thrown) }))
    flushing = flushed.finally(() => {
      flushing = undefined
      lastFlushAt = clock.now()
      if (completed.size > 0 || announcing !== undefined) schedule()
    })
  }

  async function flushOnce(): Promise<void> {
    const announcement = announcing
    announcing = undefined
    telling = announcement !== undefined
    const chunk = takeChunk()
    underWay = chunk.completions
    const suspect = cautious() ? (announcement?.offset ?? null) : null
    starts = startsAfter(chunk.completions, suspect, announcement !== undefined)
    cautionLeft = Math.max(0, cautionLeft - chunk.completions)
    const startedAt = clock.now()
    const answer = await committer.commit({ ...window.project(), starts, suspect, records: chunk.records })
    if (answer.type !== 'committed') {
      window.unsettle()
      return options.ended(answer)
    }
    taken(chunk.records)
    observer.flushed(lane, {
      completions: chunk.completions,
      records: chunk.records.length,
      bytes: chunk.bytes,
      durationMs: clock.now() - startedAt,
    })
    underWay = 0
    window.settle()
    state.advance(window.base)
    telling = false
    if (announcement !== undefined) announced = announcement.offset
    options.settled()
    announcement?.again()
  }

  function startsAfter(completions: number, suspect: number | null, announced: boolean): number {
    if (suspect !== null) return suspect === options.suspect ? starts + 1 : limits.startsBeforeCaution
    return (completions > 0 ? 0 : starts) + (announced ? 1 : 0)
  }

  const cautious = (): boolean => cautionLeft > 0

  /** The oldest completions, as many as one commit can carry; at least one. */
  function takeChunk(): { records: OutgoingRecord[]; completions: number; bytes: number } {
    const records = state.expire()
    const budget = createTopicBudget(commitBytesPerTopic)
    budget.add(records, bytesOf(records))
    let completions = 0
    for (let entry = completed.peek(); entry !== undefined; entry = completed.peek()) {
      const emitted = recordsOf(entry.completion)
      const bytes = bytesOf(emitted)
      if (completions > 0 && !budget.hasRoomFor(emitted, bytes)) break
      budget.add(emitted, bytes)
      completed.shift()
      entry.state = 'committing'
      entry.record = null
      completions++
      for (const record of emitted) records.push(record)
    }
    return { records, completions, bytes: budget.bytes }
  }

  function recordsOf(completion: Completion | null | undefined): readonly OutgoingRecord[] {
    if (completion == null) return []
    const { records, state: changes = [] } = completion
    return changes.length === 0 ? records : [...records, ...state.records(changes)]
  }

  function mayStart(entry: Entry, again: () => void): boolean {
    const needed = cautious() ? announced !== entry.offset : announced === null
    if (!needed) return true
    if (telling) return false
    announcing ??= { offset: entry.offset, again }
    schedule()
    return false
  }

  return {
    add,
    mayStart,
    cautious,
    drain: async () => {
      while (!stopped && (completed.size > 0 || flushing !== undefined)) {
        cancelTimer()
        flush()
        await flushing
      }
    },
    stop: () => {
      stopped = true
      cancelTimer()
    },
    get pending() {
      return completed.size + underWay
    },
  }
}
