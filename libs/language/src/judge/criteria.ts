import type { Json, JsonObject } from '@leadline/domain'

export type Verdict = 'success' | 'failure' | 'error'

/** What must be found at a path: one of the values, or, without any, something that is neither blank nor false. */
export interface ExpectedValue {
  readonly path: string
  readonly value?: Json | undefined
}

/** When an outcome rule holds: all that is named. Without anything named it holds always. */
export interface OutcomeWhen {
  readonly status?: readonly number[] | undefined
  readonly path?: string | undefined
  /** At the path, or without one anywhere in the answer. */
  readonly equals?: Json | undefined
  readonly includes?: string | undefined
}

export interface OutcomeCriterion {
  /** Kept on the attempt. */
  readonly id: string
  readonly when: OutcomeWhen
  readonly outcome: Verdict
  /** Said when the answer gives none. */
  readonly reason?: string | undefined
}

/** How a step reads its answers. Everything may be left out: then 2xx is success. */
export interface CriteriaSpec {
  /** What the body is, whatever its header says. */
  readonly contentType?: string | undefined
  readonly delimiter?: string | undefined
  /** Answers are SOAP envelopes: paths and what is appended start at what is in their body, and a fault is an error. */
  readonly soap?: boolean | undefined
  /** The statuses of success; 2xx unless told. */
  readonly successCodes?: readonly number[] | undefined
  /** Success needs this. */
  readonly success?: ExpectedValue | undefined
  /** Failure, whatever speaks for success. */
  readonly failure?: ExpectedValue | undefined
  /** Success needs the status and every one of the values, by path. */
  readonly successWhen?: { readonly status?: readonly number[] | undefined; readonly body?: JsonObject | undefined } | undefined
  /** The first that holds decides. */
  readonly outcomes?: readonly OutcomeCriterion[] | undefined
  /** Found: the outcome on match (success unless told). Not found: the inverse, and success where an error was looked for. */
  readonly search?:
    | { readonly term: string; readonly path?: string | undefined; readonly onMatch?: Verdict | undefined }
    | undefined
  /** The answer says itself what it concludes, in its own `outcome` and `reason`. */
  readonly generic?: { readonly defaultOutcome?: Verdict | undefined } | undefined
  readonly reason?: readonly string[] | undefined
  readonly defaultReason?: string | undefined
  readonly reference?: string | undefined
  readonly price?: string | undefined
  readonly fallbackPrice?: number | undefined
  /** Values to append, by name. */
  readonly capture?: Readonly<Record<string, string>> | undefined
  /** The same for answers that are no success; `reason`, `message` or `error_message` is the reason when no other is found. */
  readonly errorParser?: Readonly<Record<string, string>> | undefined
  readonly cookie?: string | undefined
  /** Whether the whole of a JSON or XML body is appended. */
  readonly append?: 'body' | 'captures' | undefined
}

/**
 * What the criteria say of an answer. `rule` names the kind of criterion that decided; `id` is the name of one among several.
 * `nothing`: none of them speaks of it. `unreadable`: a path was asked of a body that has no structure.
 */
export type Says =
  | { readonly rule: 'success-status' | 'success-path' | 'success-when'; readonly verdict: 'success' }
  | { readonly rule: 'failure-path' | 'not-success'; readonly verdict: 'failure' }
  | { readonly rule: 'search-found' | 'search-not-found'; readonly verdict: Verdict }
  | { readonly rule: 'outcome'; readonly id: string; readonly verdict: Verdict; readonly reason: string | undefined }
  | { readonly rule: 'answer-outcome' | 'default-outcome'; readonly verdict: Verdict; readonly reason: string | undefined }
  | { readonly rule: 'soap-fault-of-sender' | 'soap-fault-of-receiver'; readonly verdict: 'error'; readonly reason: string }
  | { readonly rule: 'unlabelled'; readonly verdict: 'error'; readonly reason: string }
  | { readonly rule: 'unreadable' | 'nothing'; readonly verdict: null }

export type SaysRule = Says['rule']
