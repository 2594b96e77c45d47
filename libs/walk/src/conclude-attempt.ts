import type { StepVerdict } from '@leadline/connectors'
import { type ErrorClass, eventId, type JsonObject, type Outcome, type Route, route, tierFor } from '@leadline/domain'
import type { Activity, StepOutcome, StepWork } from '@leadline/events'
import type { Step } from '@leadline/flows'
import { stringifyJson } from '@leadline/formats'
import { maskLeadText } from '@leadline/language'
import { advance, blankActivity, complete, type Walk } from './advance.ts'
import type { Attempt } from './attempt.ts'
import { deadLetterOf } from './dead-letter-of.ts'
import type { Draft } from './draft.ts'
import { fingerprintOf } from './fingerprint.ts'

/** What an attempt leads to: its activity, then the parked retry, or the outcome and the lead's next step or end. Pure. */
export function concludeAttempt(attempt: Attempt): Draft[] {
  const outcome = outcomeOf(attempt.verdict)
  const added = addedBy(outcome)
  const next = waitsOut(attempt, outcome) ?? route(outcome, attempt.work.attempt, attempt.step.retry, attempt.random)
  const activity: Draft = { type: 'activity', event: attemptActivity(attempt, outcome, added) }
  switch (next.to) {
    case 'retry':
    case 'wait':
      return [activity, ...retry(attempt, outcome, next)]
    case 'outcome':
      return [
        activity,
        { type: 'outcome', event: stepOutcome(attempt, outcome, added) },
        ...goOn(attempt, outcome, { seq: attempt.work.seq + 1, added }),
      ]
    case 'dead-letter':
      return [
        activity,
        { type: 'outcome', event: stepOutcome(attempt, outcome, added) },
        { type: 'dead-letter', event: deadLetterOf(attempt, outcome, next.reason) },
        ...goOn(attempt, outcome, { seq: attempt.work.seq + 2, added }),
      ]
  }
}

/** A gate's `continue` is a success and its `stop` a failure, with the gate's reason. */
export function outcomeOf({ conclusion }: StepVerdict): Outcome {
  switch (conclusion.type) {
    case 'success':
    case 'failure':
    case 'error':
      return conclusion
    case 'continue':
      return { type: 'success', appended: {}, price: null, reference: null }
    case 'stop':
      return { type: 'failure', reason: conclusion.reason, appended: {}, reference: null }
  }
}

/** An outage may last a day before it costs attempts: until then it is the destination's trouble, not the lead's. */
const outagePatienceMs = 24 * 3_600_000
const outageClasses: ReadonlySet<ErrorClass> = new Set(['connection', 'timeout', 'unknown', 'system', 'limit', 'quota'])

type Next = Route | { readonly to: 'wait'; readonly attempt: number; readonly delayMs: number }

/** With its destination closed, a lead waits for it with the attempt it has. */
function waitsOut({ work, closedUntil, endedAt }: Attempt, outcome: Outcome): Next | undefined {
  if (outcome.type !== 'error' || closedUntil === null || !outageClasses.has(outcome.error.class)) return undefined
  if (endedAt - (work.firstFailedAt ?? endedAt) > outagePatienceMs) return undefined
  return { to: 'wait', attempt: work.attempt, delayMs: Math.max(closedUntil - endedAt, outcome.error.retryAfterMs ?? 0) }
}

function retry(attempt: Attempt, outcome: Outcome, next: { to: 'retry' | 'wait'; attempt: number; delayMs: number }): Draft[] {
  const { flow, step, work, origin, endedAt } = attempt
  const tierMs = tierFor(next.delayMs)
  const dueAt = endedAt + next.delayMs
  const scheduled: Activity = {
    ...blankActivity(flow, step, { ...work, seq: work.seq + 1 }),
    eventId: eventId('retry.scheduled', work.leadId, work.generation, step.name, work.seq + 1),
    type: 'retry.scheduled',
    at: endedAt,
    attempt: next.attempt,
    reason: reasonOf(outcome),
    rule: next.to === 'wait' ? 'destination-closed' : null,
    dueAt,
    tierMs,
    maxAttempts: step.retry.maxAttempts,
  }
  const parked: StepWork = { ...work, seq: work.seq + 2, attempt: next.attempt, firstFailedAt: work.firstFailedAt ?? endedAt }
  return [
    { type: 'activity', event: scheduled },
    { type: 'retry', tierMs, dueAt, parks: next.to === 'wait' ? 1 : 0, origin, event: parked },
  ]
}

/** The lead after a concluded step: the next step, or its end. */
function goOn(attempt: Attempt, outcome: Outcome, { seq, added }: { seq: number; added: Added | null }): Draft[] {
  const { flow, step, work, verdict, endedAt } = attempt
  const decides = step.role === 'decides'
  const walk: Walk = {
    ...work,
    seq,
    price: outcome.type === 'success' && outcome.price !== null ? outcome.price : work.price,
    lastOutcome: decides ? outcome.type : work.lastOutcome,
    lastReason: decides ? reasonOf(outcome) : work.lastReason,
    lastStep: decides ? step.name : work.lastStep,
    appended: appendedAfter(attempt, added),
  }
  if (!stops(step, verdict, outcome)) return advance(flow, walk, flow.steps.indexOf(step) + 1, endedAt)
  return [
    complete(flow, walk, { outcome: outcome.type, reason: reasonOf(outcome), step: step.name, rule: verdict.rule }, endedAt),
  ]
}

function stops(step: Step, { conclusion }: StepVerdict, outcome: Outcome): boolean {
  switch (outcome.type) {
    case 'success':
      return false
    case 'failure':
      return conclusion.type === 'stop' || step.onFailure === 'stop'
    case 'error':
      return step.onError === 'stop'
  }
}

function appendedAfter({ work, step, appended }: Attempt, added: Added | null): string {
  if (added === null) return work.appended
  // The first step's entry is the whole of it.
  if (work.appended === '{}') return `{${stringifyJson(step.append)}:${added.text}}`
  return stringifyJson({ ...appended, [step.append]: added.fields })
}

/** What the step adds to its lead, and its JSON: made once, it stands in up to three events. */
interface Added {
  readonly fields: JsonObject
  readonly text: string
}

function addedBy(outcome: Outcome): Added | null {
  if (outcome.type === 'error' || Object.keys(outcome.appended).length === 0) return null
  return { fields: outcome.appended, text: stringifyJson(outcome.appended) }
}

export function reasonOf(outcome: Outcome): string | null {
  switch (outcome.type) {
    case 'success':
      return null
    case 'failure':
      return outcome.reason
    case 'error':
      return outcome.error.reason
  }
}

const activityTypes = { success: 'step.succeeded', failure: 'step.failed', error: 'step.errored' } as const

// The two below are made for every attempt: each as one literal, since objects of this size that are put together by spreading cost
// several times as much, to make and to encode.

function attemptActivity(attempt: Attempt, outcome: Outcome, added: Added | null): Activity {
  const { flow, step, work, verdict, idempotencyKey, startedAt, endedAt } = attempt
  const error = outcome.type === 'error' ? outcome.error : null
  const reason = reasonOf(outcome)
  return {
    // By the event's number, not the attempt's: an attempt that an outage did not count is made again.
    eventId: eventId('attempt', work.leadId, work.generation, step.name, work.seq),
    leadId: work.leadId,
    flow: work.flow,
    flowVersion: flow.version,
    source: work.source,
    generation: work.generation,
    seq: work.seq,
    type: activityTypes[outcome.type],
    at: endedAt,
    step: step.name,
    connector: step.connector,
    connectorRevision: step.connectorRevision,
    attempt: work.attempt,
    outcome: outcome.type,
    reason,
    rule: verdict.rule,
    price: priceOf(outcome),
    reference: referenceOf(outcome),
    errorCode: error === null ? null : error.code,
    errorClass: error === null ? null : error.class,
    fingerprint: outcome.type === 'success' ? null : fingerprintOf(flow, step, verdict.rule, reason),
    destination: verdict.destination,
    idempotencyKey,
    durationMs: endedAt - startedAt,
    dueAt: null,
    tierMs: null,
    maxAttempts: step.retry.maxAttempts,
    replayId: work.replayId,
    traceparent: work.traceparent,
    exchange: verdict.exchange === null ? null : stringifyJson(verdict.exchange),
    appended: added === null ? null : added.text,
  }
}

function stepOutcome(attempt: Attempt, outcome: Outcome, added: Added | null): StepOutcome {
  const { flow, step, work, verdict, idempotencyKey, startedAt, endedAt } = attempt
  const error = outcome.type === 'error' ? outcome.error : null
  return {
    eventId: eventId('step-outcome', work.leadId, work.generation, step.name),
    leadId: work.leadId,
    flow: work.flow,
    flowVersion: flow.version,
    source: work.source,
    step: step.name,
    connector: step.connector,
    connectorRevision: step.connectorRevision,
    generation: work.generation,
    outcome: outcome.type,
    reason: reasonOf(outcome),
    price: priceOf(outcome),
    reference: referenceOf(outcome),
    attempt: work.attempt,
    rule: verdict.rule,
    errorCode: error === null ? null : error.code,
    errorClass: error === null ? null : error.class,
    idempotencyKey,
    receivedAt: work.receivedAt,
    startedAt,
    endedAt,
    durationMs: endedAt - startedAt,
    replayId: work.replayId,
    traceparent: work.traceparent,
    lead: maskLeadText(work.lead, flow.fields),
    appended: added === null ? '{}' : added.text,
  }
}

const priceOf = (outcome: Outcome): number | null => (outcome.type === 'success' ? outcome.price : null)
const referenceOf = (outcome: Outcome): string | null => (outcome.type === 'error' ? null : outcome.reference)
