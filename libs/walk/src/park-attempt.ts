import { eventId, tierFor } from '@leadline/domain'
import type { Activity, StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { blankActivity } from './advance.ts'
import type { Draft, Origin } from './draft.ts'

/** Work that must wait before its attempt is made. */
export interface Parking {
  readonly flow: Flow
  readonly step: Step
  readonly work: StepWork
  readonly origin: Origin
  readonly dueAt: number
  readonly now: number
  readonly why: WhyParked
}

/** `follows`: an earlier lead of its order key waits for a retry. */
export type WhyParked = 'destination-closed' | 'destination-busy' | 'follows'

/** The first time that work has to wait it says so in the lead's story; the attempt stays the one it is. */
export function parkAttempt({ flow, step, work, origin, dueAt, now, why }: Parking): Draft[] {
  const tierMs = tierFor(dueAt - now)
  const waiting: Activity = {
    ...blankActivity(flow, step, work),
    eventId: eventId('retry.scheduled', work.leadId, work.generation, step.name, work.seq),
    type: 'retry.scheduled',
    at: now,
    attempt: work.attempt,
    reason: reasonOf(why, step),
    rule: why,
    destination: step.action.destination,
    dueAt,
    tierMs,
    maxAttempts: step.retry.maxAttempts,
  }
  return [
    { type: 'activity', event: waiting },
    { type: 'retry', tierMs, dueAt, parks: 1, origin, event: { ...work, seq: work.seq + 1 } },
  ]
}

function reasonOf(why: WhyParked, { action: { destination } }: Step): string {
  switch (why) {
    case 'destination-closed':
      return `${destination} takes no calls at the moment`
    case 'destination-busy':
      return `${destination} has as many calls as it takes`
    case 'follows':
      return 'an earlier lead of its key waits'
  }
}
