import type { LaneState, StateChange } from '@leadline/engine'
import type { StepWork } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import {
  capsFor,
  complete,
  concludeAttempt,
  type Draft,
  fieldsOf,
  passCaps,
  type Refusal,
  refusedByHours,
  takeOrGoOn,
} from '@leadline/walk'
import { readCounter, takePlace } from './cap-counter.ts'
import type { Found } from './find-step.ts'

/** Work that asks for a place under a cap. */
export interface Asking extends Found {
  readonly work: StepWork
  readonly counter: string
  readonly record: LogRecord
  readonly now: number
}

export interface CapDecision {
  readonly drafts: readonly Draft[]
  readonly state: readonly StateChange[]
}

/**
 * The lead takes its place and asks the next cap, or goes on to its step; refused by a cap of its source or flow it ends, refused by a cap
 * of the step the step fails. Hours come after the caps of the lead: one that came out of hours hears of full caps first, and takes no place.
 */
export function askCap(asking: Asking, state: LaneState): CapDecision {
  const { flow, step, work, counter, record } = asking
  const all = capsFor(flow, work)
  const index = all.findIndex((one) => one.counter === counter)
  const cap = all[index]?.cap
  // The flow has lost this cap since: whoever waited for it goes on.
  if (cap === undefined) return { drafts: [{ type: 'work', pool: step.pool, event: work }], state: [] }

  const answer = takePlace(readCounter(state, counter, work.leadId, record.timestamp), cap, work.generation)
  const ofLead = cap.scope !== 'step'
  if (answer.type === 'refused') {
    const drafts = ofLead ? endLead(asking, { rule: 'cap', reason: answer.reason }) : failStep(asking, answer.reason)
    const notHeld = new Set(all.slice(index).map((one) => one.counter))
    return { drafts: drafts.filter((draft) => draft.type !== 'give-back-place' || !notHeld.has(draft.counter)), state: [] }
  }

  const next = all[index + 1]
  const onward = takeOrGoOn(all.slice(index + 1), { type: 'work', pool: step.pool, event: work })
  const closed = ofLead && work.generation === 0 ? refusedByHours(flow, work) : undefined
  if (closed === undefined) return { drafts: [onward], state: answer.state }
  const lastOfLead = next === undefined || next.cap.scope === 'step'
  return { drafts: lastOfLead ? [endOf(asking, closed)] : [onward], state: [] }
}

function endLead(asking: Asking, refusal: Refusal): readonly Draft[] {
  return passCaps(asking.flow, [endOf(asking, refusal)])
}

function endOf({ flow, work, now }: Asking, refusal: Refusal): Draft {
  return complete(flow, work, { outcome: 'failure', step: null, ...refusal }, now)
}

function failStep({ flow, step, work, record, now }: Asking, reason: string): readonly Draft[] {
  const drafts = concludeAttempt({
    flow,
    step,
    work,
    origin: record,
    verdict: {
      conclusion: { type: 'failure', reason, appended: {}, reference: null },
      rule: 'cap',
      destination: null,
      exchange: null,
    },
    appended: fieldsOf(work.appended),
    idempotencyKey: null,
    closedUntil: null,
    startedAt: now,
    endedAt: now,
    random: 0,
  })
  return passCaps(flow, drafts)
}
