import type { EventId, Json, JsonObject, LeadId, OutcomeType } from '@leadline/domain'
import type { Activity, DeadLetter, JsonText, LeadCompleted, LeadReceived, Timestamp } from '@leadline/events'
import type { StoredEvent } from './store.ts'

/** An event as one row of its lead's timeline. */
export interface TimelineRow {
  readonly eventId: EventId
  /** null: a dead letter that never was a lead. */
  readonly leadId: LeadId | null
  readonly type: string
  readonly at: Timestamp
  readonly generation: number
  readonly seq: number
  readonly step: string | null
  readonly attempt: number | null
  readonly outcome: OutcomeType | null
  readonly reason: string | null
  readonly rule: string | null
  readonly durationMs: number | null
  readonly replayId: string | null
  /** Without personal data: that is in `exchange` and `appended`. */
  readonly details: JsonObject
  readonly exchange: JsonText | null
  readonly appended: JsonText | null
}

/** The events that belong to a lead's timeline: all but replay orders, which have a table of their own. */
export type LeadEvent = Exclude<StoredEvent, { type: 'replay' }>

export function timelineRow(stored: LeadEvent): TimelineRow {
  switch (stored.type) {
    case 'received':
      return receivedRow(stored.event)
    case 'activity':
      return activityRow(stored.event)
    case 'completed':
      return completedRow(stored.event)
    case 'dead-letter':
      return deadLetterRow(stored.event)
  }
}

function receivedRow(event: LeadReceived): TimelineRow {
  // The dedupe key is left out: it is made of personal fields.
  const { flowVersion, origin, bodyDigest, traceparent, invalidFields } = event
  return {
    ...blank,
    eventId: event.eventId,
    leadId: event.leadId,
    type: 'lead.received',
    at: event.receivedAt,
    details: present({
      flowVersion,
      origin,
      bodyDigest,
      traceparent,
      invalidFields: invalidFields.length === 0 ? null : invalidFields,
    }),
  }
}

function activityRow(event: Activity): TimelineRow {
  const { eventId, leadId, type, at, generation, seq, step, attempt, outcome, reason, rule, durationMs, replayId } = event
  const { flowVersion, connector, connectorRevision, price, reference, errorCode, errorClass, fingerprint } = event
  const { destination, idempotencyKey, dueAt, tierMs, maxAttempts, traceparent } = event
  return {
    ...{ eventId, leadId, type, at, generation, seq, step, attempt, outcome, reason, rule, durationMs, replayId },
    details: present({
      ...{ flowVersion, connector, connectorRevision, price, reference, errorCode, errorClass, fingerprint },
      ...{ destination, idempotencyKey, dueAt, tierMs, maxAttempts, replayId, traceparent },
    }),
    exchange: event.exchange,
    appended: event.appended,
  }
}

function completedRow(event: LeadCompleted): TimelineRow {
  const { eventId, leadId, generation, seq, step, outcome, reason, rule, replayId, appended } = event
  const { flowVersion, price, traceparent } = event
  return {
    ...blank,
    ...{ eventId, leadId, generation, seq, step, outcome, reason, rule, replayId, appended },
    type: 'lead.completed',
    at: event.completedAt,
    details: present({ flowVersion, price, replayId, traceparent }),
  }
}

function deadLetterRow(event: DeadLetter): TimelineRow {
  const { eventId, leadId, at, generation, seq, step, attempt, reason, replayId } = event
  const { errorCode, errorClass, message, flowVersion, originTopic, originPartition, originOffset } = event
  return {
    ...blank,
    ...{ eventId, leadId, at, generation, seq, step, attempt, reason, replayId },
    type: 'lead.dead-lettered',
    outcome: 'error',
    details: present({ errorCode, errorClass, message, flowVersion, originTopic, originPartition, originOffset, replayId }),
  }
}

const blank = {
  generation: 0,
  seq: 0,
  step: null,
  attempt: null,
  outcome: null,
  reason: null,
  rule: null,
  durationMs: null,
  replayId: null,
  exchange: null,
  appended: null,
} as const

function present(fields: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
