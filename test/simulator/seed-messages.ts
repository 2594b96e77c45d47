import type { Violation } from './oracle/violation.ts'
import type { Plan } from './plan.ts'

/** What the threads of the simulator are asked, and what they answer. */
export type SeedRequest = { readonly type: 'run'; readonly seed: number } | { readonly type: 'shrink'; readonly seed: number }

export interface SeedAnswer {
  readonly type: 'ran'
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly faults: readonly (readonly [kind: string, times: number])[]
  readonly events: number
  readonly traceHash: string
  /** Empty when nothing was broken. */
  readonly traceTail: readonly string[]
}

export interface ShrinkAnswer {
  readonly type: 'shrunk'
  readonly seed: number
  readonly plan: Plan
  readonly violations: readonly Violation[]
  readonly traceTail: readonly string[]
  readonly runs: number
}
