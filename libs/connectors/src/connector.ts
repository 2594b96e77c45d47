import type { JsonObject, Outcome } from '@leadline/domain'
import type { CallLimits, HttpCaller } from '@leadline/http'
import type { Explain, View } from '@leadline/language'

/** What templates and rules of a step can see. */
export type StepView = View

export interface StepCall {
  readonly view: StepView
  readonly idempotencyKey: string
  readonly traceparent: string | null
  /** 1 the first; timeouts grow with it. */
  readonly attempt: number
  readonly now: () => number
  readonly signal: AbortSignal
  /** Texts of the lead that must not be kept of request and answer, asked for once there is something to keep; none unless told. */
  readonly hidden?: () => readonly string[]
}

/** What one attempt concluded, why, and what went over the wire (masked). */
export interface StepVerdict {
  readonly conclusion: Outcome | { readonly type: 'stop'; readonly reason: string } | { readonly type: 'continue' }
  /** Id of the deciding rule. */
  readonly rule: string
  /** Host and port, for calls. */
  readonly destination: string | null
  readonly exchange: JsonObject | null
}

/** A step's connector with its configuration, compiled at load: knows nothing of topics, retries or logs. Never rejects. */
export interface StepAction {
  /** Host and port that it calls, known at load; null when it calls nothing. Limits and breakers are kept by it. */
  readonly destination: string | null
  run(call: StepCall): Promise<StepVerdict>
}

/** What a connector needs of its surroundings. */
export interface ConnectorTools {
  readonly http: HttpCaller
  readonly limits: CallLimits
  /** Removes secrets by value from a text before it is kept. */
  readonly redact: (text: string) => string
  /** Told of every question on the way to a verdict, for people who try a step; never set where leads are walked. */
  readonly explain?: Explain | undefined
}

/** A configuration mistake, with the path of the field in the step's `with`. */
export interface ConfigIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
  /** Where in the text of the field, 1 the first; for mistakes of a template or pattern. */
  readonly place?: { readonly line: number; readonly column: number }
}

/** What else a configuration is held to. `public`: addresses must be on the public internet, as the calls will insist. */
export interface CheckLimits {
  readonly hosts: 'any' | 'public'
}

/** A registered connector: identity, and how its configuration becomes an action. */
export interface Connector {
  readonly id: string
  /** Hash of the declaration, stamped on each attempt. */
  readonly revision: string
  readonly title: string
  /** `decides`: its outcome can be the lead's outcome. `gates`: it only lets the lead on or stops it. */
  readonly role: 'decides' | 'gates'
  check(config: unknown, limits?: CheckLimits): readonly ConfigIssue[]
  /** Call only with a configuration that `check` passed. */
  compile(config: unknown, tools: ConnectorTools): StepAction
}
