import type { ErrorCode } from '@leadline/domain'
import type { CodecOptions } from '@leadline/events'

/** What a recording thread is started with. */
export interface RecordingOptions {
  /** Of the event store. */
  readonly file: string
  readonly topicPrefix: string
  /** Where the schemas of framed records are looked up. */
  readonly registry: CodecOptions['registry']
}

export type RecordingRequest = RecordsMessage | { readonly type: 'close' }

export type RecordingAnswer = { readonly type: 'open' } | { readonly type: 'refused'; readonly failure: Failure } | SettledMessage

/** Records side by side: an object for each would cost more than the records do. */
export interface RecordsMessage {
  readonly type: 'records'
  readonly batch: number
  readonly topics: readonly string[]
  readonly partitions: readonly number[]
  readonly offsets: readonly number[]
  /** Bytes of each value. */
  readonly lengths: readonly number[]
  /** The values one after the other; handed over, not copied. */
  readonly values: Uint8Array<ArrayBuffer>
}

/** What has become of some records of a batch, by their places in it; each is told of once. */
export interface SettledMessage {
  readonly type: 'settled'
  readonly batch: number
  readonly kept: readonly number[]
  readonly failed: readonly { readonly index: number; readonly failure: Failure }[]
}

/** A LeadlineError without its cause. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}
