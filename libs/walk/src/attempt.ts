import type { StepVerdict } from '@leadline/connectors'
import type { JsonObject } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import type { Origin } from './draft.ts'

/** One attempt that ended: everything needed to decide what follows. */
export interface Attempt {
  readonly flow: Flow
  readonly step: Step
  readonly work: StepWork
  readonly origin: Origin
  readonly verdict: StepVerdict
  /** `work.appended`, parsed. */
  readonly appended: JsonObject
  readonly idempotencyKey: string | null
  /** The destination is known to be down, or asked to wait, until then: an error now is the outage's and uses no attempt. */
  readonly closedUntil: number | null
  readonly startedAt: number
  readonly endedAt: number
  /** [0, 1), spreads retries. */
  readonly random: number
}
