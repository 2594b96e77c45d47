import type { StepAction } from '@leadline/connectors'
import type { JsonObject, RetryPolicy } from '@leadline/domain'
import type { CapSpec, FieldTypes, Rules } from '@leadline/language'
import type { Gates } from './gates.ts'

/** An ordered list of steps, as loaded from one file. */
export interface Flow {
  readonly name: string
  readonly title: string
  /** First 12 hex digits of the hash of the definition (names of environment variables in it, not their values). */
  readonly version: string
  readonly file: string
  readonly sources: ReadonlyMap<string, Source>
  readonly steps: readonly Step[]
  /** How the fields of its leads are read, and which are never shown. */
  readonly fields: FieldTypes
  /** What leads of a source pass before their first step, by source; a source that is not there takes every lead as it comes. */
  readonly gates: ReadonlyMap<string, Gates>
  /** What templates read as `settings.…`. */
  readonly settings: JsonObject
  readonly dedupe: DedupeWindow | null
  /** Dot path of the lead's field by which leads are kept in order at each step; null: each lead is on its own. */
  readonly orderBy: string | null
}

export interface Source {
  readonly name: string
  readonly title: string
  readonly auth: SourceAuth
  /** What it is told beside the outcome: paths like `appended.check.status`, or all that was appended. Nothing more unless told. */
  readonly answer?: readonly string[] | 'appended'
}

export type SourceAuth =
  | { readonly type: 'none' }
  | { readonly type: 'api-key'; readonly keys: readonly string[] }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }

/** Leads whose values at `fields` (dot paths, trimmed, any case) are equal within the window are duplicates. */
export interface DedupeWindow {
  readonly fields: readonly string[]
  readonly windowMs: number
}

export interface Step {
  readonly name: string
  readonly connector: string
  readonly connectorRevision: string
  /** A lead for which these do not hold skips the step. */
  readonly when?: Rules
  readonly role: 'decides' | 'gates'
  readonly pool: string
  readonly append: string
  readonly retry: RetryPolicy
  /** What the flow does when the step ends in error, and in failure. */
  readonly onError: 'stop' | 'continue'
  readonly onFailure: 'stop' | 'continue'
  /** When a lead waits for a retry: later leads of its order key overtake it, or follow it. */
  readonly order: 'overtake' | 'follow'
  readonly limits: StepLimits
  /** How many leads the step may take, besides those of which it failed. */
  readonly caps: readonly CapSpec[]
  readonly action: StepAction
}

/** What the step's destination takes; null: not said. Steps that call one destination share its strictest limits. */
export interface StepLimits {
  /** Calls at once, from one process. */
  readonly concurrency: number | null
  /** Calls a second, over all processes. */
  readonly ratePerSecond: number | null
  /** Calls in a calendar hour or day (UTC), over all processes. */
  readonly quota: { readonly max: number; readonly per: 'hour' | 'day' } | null
}

/** All flows of an installation, by name. */
export interface Flows {
  readonly byName: ReadonlyMap<string, Flow>
  /** Pools that some step runs in, `default` always among them. */
  readonly pools: readonly string[]
  /** Values that came from the environment and must never be shown. */
  readonly secrets: readonly string[]
}
