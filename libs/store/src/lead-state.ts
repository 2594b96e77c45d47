import type { ErrorClass, EventId, LeadId, OutcomeType } from '@leadline/domain'
import type { Activity, DeadLetter, DeadLetterReason, JsonText, Timestamp } from '@leadline/events'
import type { Coordinates, LeadStatus } from './store.ts'
import type { LeadEvent } from './timeline.ts'

/** What an event tells of the lead itself. The lowest `key` is believed: received, else completed, else the first activity. */
export interface LeadOrigin {
  readonly key: string
  readonly leadId: LeadId
  readonly flow: string
  readonly source: string
  readonly receivedAt: Timestamp
  readonly bodyDigest: string | null
  readonly lead: JsonText | null
}

/** Where a lead stands after an event. The highest (generation, seq, at, eventId) is believed. */
export interface LeadStanding {
  readonly leadId: LeadId
  readonly generation: number
  readonly seq: number
  readonly at: Timestamp
  readonly eventId: EventId
  readonly flowVersion: string
  readonly status: LeadStatus
  readonly step: string | null
  readonly outcome: OutcomeType | null
  readonly reason: string | null
  readonly price: number | null
  readonly completedAt: Timestamp | null
  readonly retry: { readonly attempt: number; readonly maxAttempts: number | null; readonly dueAt: Timestamp } | null
}

/** How an attempt at a step ended. The last one of a generation is believed. */
export interface StepStanding {
  readonly leadId: LeadId
  readonly generation: number
  readonly step: string
  readonly seq: number
  readonly at: Timestamp
  readonly eventId: EventId
  readonly outcome: OutcomeType
  readonly errorClass: ErrorClass | null
  readonly destination: string | null
  readonly fingerprint: string | null
}

export function originOf({ coordinates, ...stored }: LeadEvent): LeadOrigin | null {
  const { leadId } = stored.event
  if (leadId === null) return null
  switch (stored.type) {
    case 'received': {
      const { flow, source, receivedAt, bodyDigest, lead } = stored.event
      return { key: `0 ${placeKey(coordinates)}`, leadId, flow, source, receivedAt, bodyDigest, lead }
    }
    case 'completed': {
      const { eventId, flow, source, receivedAt, lead } = stored.event
      return { key: `1 ${eventId}`, leadId, flow, source, receivedAt, bodyDigest: null, lead }
    }
    case 'activity': {
      const { eventId, flow, source, at } = stored.event
      return { key: `2 ${padded(at)} ${eventId}`, leadId, flow, source, receivedAt: at, bodyDigest: null, lead: null }
    }
    case 'dead-letter': {
      const { eventId, flow, source, at, lead } = stored.event
      const known = { flow: flow ?? '', source: source ?? '', receivedAt: at, bodyDigest: null, lead }
      return { key: `3 ${padded(at)} ${eventId}`, leadId, ...known }
    }
  }
}

export function standingAfter(stored: LeadEvent): LeadStanding | null {
  switch (stored.type) {
    case 'received': {
      const { leadId, eventId, flowVersion, receivedAt: at } = stored.event
      return { ...started, leadId, eventId, flowVersion, at, generation: 0, seq: 0 }
    }
    case 'activity':
      return activityStanding(stored.event)
    case 'completed': {
      const { completedAt, receivedAt: _receivedAt, ...event } = stored.event
      return { ...event, at: completedAt, completedAt, status: 'completed', retry: null }
    }
    case 'dead-letter':
      return deadLetterStanding(stored.event)
  }
}

/** null for whatever is no concluded attempt. */
export function stepStanding(stored: LeadEvent): StepStanding | null {
  if (stored.type !== 'activity') return null
  const { type, step, outcome } = stored.event
  const attempted = type === 'step.succeeded' || type === 'step.failed' || type === 'step.errored'
  return attempted && step !== null && outcome !== null ? { ...stored.event, step, outcome } : null
}

const started = {
  status: 'queued',
  step: null,
  outcome: null,
  reason: null,
  price: null,
  completedAt: null,
  retry: null,
} as const

function activityStanding(event: Activity): LeadStanding | null {
  const { leadId, eventId, flowVersion, generation, seq, at, step } = event
  const place = { leadId, eventId, flowVersion, generation, seq, at, step }
  switch (event.type) {
    case 'step.succeeded':
    case 'step.failed':
    case 'step.errored':
    case 'step.skipped':
      return { ...started, ...place, status: 'running' }
    case 'retry.scheduled': {
      const { attempt, maxAttempts, dueAt } = event
      return { ...started, ...place, status: 'retrying', retry: { attempt: attempt ?? 1, maxAttempts, dueAt: dueAt ?? at } }
    }
    case 'replay.started':
      return { ...started, ...place }
    case 'lead.repeated':
      // Somebody sent the lead again: it stands where it stood.
      return null
  }
}

function deadLetterStanding(event: DeadLetter): LeadStanding | null {
  const { leadId, eventId, generation, seq, at, step } = event
  if (leadId === null) return null
  const place = { leadId, eventId, generation, seq, at, step, flowVersion: event.flowVersion ?? '' }
  if (!endsTheWalk(event.reason)) return { ...started, ...place, status: 'running' }
  return { ...started, ...place, status: 'completed', outcome: 'error', reason: event.message, completedAt: at }
}

/** A step that gave up is followed by the flow's decision (next step, or completed); a record that nobody can process is followed by nothing. */
function endsTheWalk(reason: DeadLetterReason): boolean {
  return reason !== 'not-retryable' && reason !== 'attempts-exhausted'
}

function placeKey({ topic, partition, offset }: Coordinates): string {
  return `${topic} ${String(partition).padStart(6, '0')} ${padded(offset)}`
}

function padded(number: number): string {
  return String(number).padStart(16, '0')
}
