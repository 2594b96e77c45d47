import { eventId } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { advance, blankActivity } from './advance.ts'
import type { Draft } from './draft.ts'

/** A lead for which the step's `when` does not hold goes on to the next step; that it was left out, and why, is activity. */
export function skipStep(flow: Flow, step: Step, work: StepWork, { reason, now }: { reason: string; now: number }): Draft[] {
  const event = {
    ...blankActivity(flow, step, work),
    eventId: eventId('step.skipped', work.leadId, work.generation, step.name),
    type: 'step.skipped' as const,
    at: now,
    reason,
    rule: 'when',
  }
  return [{ type: 'activity', event }, ...advance(flow, { ...work, seq: work.seq + 1 }, flow.steps.indexOf(step) + 1, now)]
}
