import type { LeadlineError } from '@leadline/domain'
import type { LogRecord, OutgoingRecord } from '@leadline/log'
import type { Gate } from './gate.ts'

/**
 * Record in, records out: what every box of the system is. The engine alone knows offsets, transactions,
 * repeated commits and rebalances; a processor never sees them.
 */
export interface Processor {
  /** Names the consumer group and the lanes' metrics. */
  readonly name: string
  readonly topics: readonly string[]
  /**
   * Handles one record. Records with one key are handled one at a time, in order, unless `order` says otherwise. What it returns becomes visible
   * atomically with the record being done. A throw is handed to `poisoned`, never retried here.
   */
  process(record: LogRecord, context: ProcessContext): Promise<Completion> | Completion
  /** What becomes of a record whose processing threw or whose result is too large: its dead letter. When it throws or is too large itself, the lane stops. */
  poisoned(record: LogRecord, error: LeadlineError, context: ProcessContext): Completion
  /** Milliseconds since 1970 before which the record must not start; absent: at once. */
  dueAt?(record: LogRecord): number
  /** Limits on what records use, asked before each start; absent: none. */
  readonly gate?: Gate
  /** `none`: records of one key are handled side by side, like any others. By key unless told. */
  readonly order?: 'by-key' | 'none'
  /** Records that each of its lanes holds, if not the usual number: those that are not due yet count too. */
  readonly laneRecords?: number
  /** Compacted topic that keeps this processor's state by key, lane by lane; absent: no state. */
  readonly stateTopic?: string
}

export interface ProcessContext {
  readonly now: () => number
  /** [0, 1) */
  readonly random: () => number
  /** Aborts when the lane is lost or the process must end: the result would be dropped. */
  readonly signal: AbortSignal
  readonly state: LaneState
}

/** State of one lane, by key. Changes are visible to the next record at once, and durable in the transaction of the completion that made them. */
export interface LaneState {
  /** Undefined when there is none, or it has expired at `at`: the time that the asking record stands for, milliseconds since 1970. */
  get(key: string, at: number): StateEntry | undefined
}

export interface StateEntry {
  /** Well-formed text: a surrogate without its other half is not kept. */
  readonly value: string
  /**
   * The time that the remembering record stands for, milliseconds since 1970. It should grow along a partition, as the log's
   * timestamps do: an entry is dropped when a later record has passed its end.
   */
  readonly at: number
  /** Of no use to records later than this. */
  readonly expiresAt: number
}

export interface StateChange extends StateEntry {
  readonly key: string
}

export interface Completion {
  readonly records: readonly OutgoingRecord[]
  readonly state?: readonly StateChange[]
}
