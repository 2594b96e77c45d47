import type { ErrorCode } from '@leadline/domain'
import type { SaysRule } from '@leadline/language'

/** Why a call has no answer; `unfit`: a lead's value could not be put into the request. */
export type UnansweredWhy = 'unfit' | 'refused' | 'connection' | 'timeout' | 'too-large' | 'garbage' | 'aborted'

export type StatusMatch = number | '2xx' | '3xx' | '4xx' | '5xx'

/** All that is named must hold. */
export interface When {
  readonly unanswered?: readonly UnansweredWhy[]
  readonly sent?: boolean
  readonly status?: readonly StatusMatch[]
  /** Which of the step's own criteria decided. */
  readonly step?: SaysRule
  /** A business reason was found where the step says it stands. */
  readonly reason?: 'found'
}

/**
 * What follows. In texts `{status}` and `{message}` are filled in; a reason found in the answer comes before the one given here.
 * `as-said`: what the step's criterion says; `code` is for an error.
 */
export type Conclusion =
  | { readonly outcome: 'success' }
  | { readonly outcome: 'failure'; readonly reason: string }
  | { readonly outcome: 'error'; readonly code: ErrorCode; readonly reason: string }
  | { readonly outcome: 'as-said'; readonly code: ErrorCode; readonly reason: string }

/** One line of a connector's outcome table: the first whose `when` holds decides, and its id is kept on the attempt. */
export interface OutcomeRule {
  readonly id: string
  readonly when: When
  readonly conclusion: Conclusion
}
