import { eventId, type OutcomeType } from '@leadline/domain'
import type { Activity, LeadCompleted, StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { maskLeadText } from '@leadline/language'
import { bareActivity } from './bare-activity.ts'
import type { Draft } from './draft.ts'

/** A lead's state between two steps: a `StepWork` without the step. */
export type Walk = Omit<StepWork, 'step' | 'attempt' | 'firstFailedAt'>

/** How a walk ends early, and why. */
export interface Ending {
  readonly outcome: OutcomeType
  readonly reason: string | null
  readonly step: string | null
  readonly rule: string | null
}

/**
 * The lead goes on: steps that succeeded in an earlier generation are passed over (one `step.skipped` each), the next one gets
 * the work; after the last step the lead is completed with how the last deciding step ended.
 */
export function advance(flow: Flow, walk: Walk, fromIndex: number, now: number): Draft[] {
  const drafts: Draft[] = []
  let at = walk
  for (const step of flow.steps.slice(fromIndex)) {
    if (!walk.doneSteps.includes(step.name)) {
      drafts.push(toStep(step, at))
      return drafts
    }
    drafts.push({ type: 'activity', event: skipped(flow, step, at, now) })
    at = {
      ...at,
      seq: at.seq + 1,
      ...(step.role === 'decides' && { lastOutcome: 'success', lastReason: null, lastStep: step.name }),
    }
  }
  const ending = { outcome: at.lastOutcome ?? 'success', reason: at.lastReason, step: at.lastStep, rule: 'last-step' } as const
  drafts.push(complete(flow, at, ending, now))
  return drafts
}

export function toStep(step: Step, walk: Walk): Draft {
  return { type: 'work', pool: step.pool, event: { ...walk, step: step.name, attempt: 1, firstFailedAt: null } }
}

export function complete(flow: Flow, walk: Walk, ending: Ending, now: number): Draft {
  const event: LeadCompleted = {
    eventId: eventId('lead-completed', walk.leadId, walk.generation),
    leadId: walk.leadId,
    flow: walk.flow,
    flowVersion: flow.version,
    source: walk.source,
    generation: walk.generation,
    seq: walk.seq,
    outcome: ending.outcome,
    reason: ending.reason,
    step: ending.step,
    rule: ending.rule,
    price: ending.outcome === 'success' ? walk.price : null,
    receivedAt: walk.receivedAt,
    completedAt: now,
    replayId: walk.replayId,
    traceparent: walk.traceparent,
    lead: maskLeadText(walk.lead, flow.fields),
    appended: walk.appended,
  }
  return { type: 'completed', event }
}

function skipped(flow: Flow, step: Step, walk: Walk, now: number): Activity {
  return {
    ...blankActivity(flow, step, walk),
    eventId: eventId('step.skipped', walk.leadId, walk.generation, step.name),
    type: 'step.skipped',
    at: now,
    reason: 'succeeded in an earlier generation',
    rule: 'already-succeeded',
  }
}

/** The fields that every activity of a step has; the rest null. */
export function blankActivity(flow: Flow, step: Step, walk: Walk): Omit<Activity, 'eventId' | 'type' | 'at'> {
  return {
    ...bareActivity,
    leadId: walk.leadId,
    flow: walk.flow,
    flowVersion: flow.version,
    source: walk.source,
    generation: walk.generation,
    seq: walk.seq,
    step: step.name,
    connector: step.connector,
    connectorRevision: step.connectorRevision,
    replayId: walk.replayId,
    traceparent: walk.traceparent,
  }
}
