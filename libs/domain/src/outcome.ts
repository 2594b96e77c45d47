import type { ErrorClass, ErrorCode } from './errors.ts'
import type { JsonObject } from './json.ts'

/** What a step adds to its lead, readable by every later step as `appended.<append name>`. */
export type Appended = JsonObject

/** What one attempt concluded. `failure` is an answer ("phone is disconnected"); `error` is the lack of one. Only an `error` is ever retried. */
export type Outcome =
  | { readonly type: 'success'; readonly appended: Appended; readonly price: number | null; readonly reference: string | null }
  | { readonly type: 'failure'; readonly reason: string; readonly appended: Appended; readonly reference: string | null }
  | { readonly type: 'error'; readonly error: StepError }

/** Data, not an Error: it travels in events. */
export interface StepError {
  readonly code: ErrorCode
  readonly class: ErrorClass
  readonly retryable: boolean
  /** One line for people; secrets removed. */
  readonly reason: string
  /** How long the destination asked us to wait, milliseconds. */
  readonly retryAfterMs: number | null
}

export type OutcomeType = Outcome['type']
