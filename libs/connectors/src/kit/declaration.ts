import type { JsonObject, Outcome } from '@leadline/domain'
import type { HttpRequest } from '@leadline/http'
import type { CriteriaSpec, Explain } from '@leadline/language'
import type { z } from 'zod'
import type { StepView } from '../connector.ts'
import type { OutcomeRule, UnansweredWhy } from './outcome-rule.ts'

/** Everything there is to know of a connector. Data and pure functions only: runtime, checks, tests and documentation are derived from it. */
export interface Declaration<Settings> {
  readonly id: string
  readonly title: string
  /** Where the other side documents itself, or what this connector does. */
  readonly docs: string
  /** Raised when the functions below change what is sent or concluded; the data is hashed anyway. */
  readonly edition: number
  /** What a step writes under `with`. */
  readonly settings: z.ZodType<Settings>
  readonly action: CallAction<Settings> | GateAction<Settings>
  /** Executable; at least one for each rule. */
  readonly examples: readonly Example[]
}

/** Asks somebody outside; its outcome can be the lead's. */
export interface CallAction<Settings> {
  readonly type: 'call'
  /** First match wins; the last must hold always. */
  readonly rules: readonly OutcomeRule[]
  readonly prepare: (settings: Settings) => PreparedCall
  /** The setting with the address that is called, and its text. */
  readonly address?: (settings: Settings) => { readonly path: readonly string[]; readonly url: string }
}

export interface PreparedCall {
  /** Host and port. */
  readonly destination: string
  readonly criteria: CriteriaSpec
  readonly redirects: 'follow' | 'answer'
  /** The request of one lead. Throws `UnfitValue` when a value cannot be sent. */
  readonly request: (view: StepView) => HttpRequest
}

/** Lets the lead on or stops it, without leaving the process. */
export interface GateAction<Settings> {
  readonly type: 'gate'
  readonly rules: readonly { readonly id: string; readonly outcome: 'continue' | 'stop' }[]
  readonly prepare: (settings: Settings, explain?: Explain) => (view: StepView) => GateVerdict
}

export interface GateVerdict {
  readonly rule: string
  readonly conclusion: { readonly type: 'continue' } | { readonly type: 'stop'; readonly reason: string }
}

/** A lead goes in; this must be sent, and with this answer that must be concluded. Fields of `expect` and `wire` that are not named are free. */
export interface Example {
  readonly name: string
  readonly with: JsonObject
  readonly lead: JsonObject
  readonly wire?: ExpectedRequest
  readonly answer?: ExampleAnswer
  readonly expect: { readonly rule: string; readonly conclusion: ExpectedConclusion }
}

export interface ExpectedRequest {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | null
}

export type ExampleAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  | { readonly unanswered: Exclude<UnansweredWhy, 'unfit'>; readonly sent: boolean }

export interface ExpectedConclusion {
  readonly type: Outcome['type'] | 'stop' | 'continue'
  readonly [field: string]: unknown
}
