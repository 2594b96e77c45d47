import { type EventId, isJsonObject, type Json, type JsonObject, type LeadId, parseLeadId } from '@leadline/domain'
import type { JsonText, ReplayOrder } from '@leadline/events'
import { rereadJson } from '@leadline/formats'
import type { LeadSummary, TimelineEvent } from '../store.ts'
import { number, numberOrNull, oneOf, outcomeOrNull, type Row, statuses, text, textOrNull } from './columns.ts'

export function readSummary(row: Row): LeadSummary {
  const dueAt = numberOrNull(row, 'retry_due')
  return {
    leadId: leadIdOf(row),
    flow: text(row, 'flow'),
    flowVersion: text(row, 'flow_version'),
    source: text(row, 'source'),
    receivedAt: number(row, 'received_at'),
    completedAt: numberOrNull(row, 'completed_at'),
    // −1 while only events are known that say nothing of where the lead stands.
    generation: Math.max(number(row, 'generation'), 0),
    status: oneOf(row, 'status', statuses),
    outcome: outcomeOrNull(row, 'outcome'),
    reason: textOrNull(row, 'reason'),
    price: numberOrNull(row, 'price'),
    step: textOrNull(row, 'step'),
    retry: dueAt === null ? null : { attempt: number(row, 'retry_attempt'), maxAttempts: numberOrNull(row, 'retry_max'), dueAt },
    bodyDigest: textOrNull(row, 'body_digest'),
  }
}

export function readTimelineEvent(row: Row): TimelineEvent {
  return {
    eventId: eventIdOf(row),
    type: text(row, 'type'),
    at: number(row, 'at'),
    generation: number(row, 'generation'),
    seq: number(row, 'seq'),
    step: textOrNull(row, 'step'),
    attempt: numberOrNull(row, 'attempt'),
    outcome: outcomeOrNull(row, 'outcome'),
    reason: textOrNull(row, 'reason'),
    rule: textOrNull(row, 'rule'),
    durationMs: numberOrNull(row, 'duration_ms'),
    coordinates: { topic: text(row, 'topic'), partition: number(row, 'partition'), offset: number(row, 'offset') },
    details: readDetails(row),
  }
}

export function readOrder(row: Row): ReplayOrder {
  return {
    replayId: text(row, 'replay_id'),
    orderedAt: number(row, 'ordered_at'),
    orderedBy: text(row, 'ordered_by'),
    selection: text(row, 'selection'),
    fromStep: textOrNull(row, 'from_step'),
    succeededSteps: oneOf(row, 'succeeded_steps', ['skip', 'run']),
    idempotencyKeys: oneOf(row, 'idempotency_keys', ['same', 'new']),
    leadsPerSecond: number(row, 'leads_per_second'),
    cursor: textOrNull(row, 'cursor'),
    started: number(row, 'started'),
    total: number(row, 'total'),
    status: oneOf(row, 'status', ['running', 'completed']),
    updatedAt: number(row, 'updated_at'),
  }
}

function readDetails(row: Row): JsonObject {
  const details = parseJsonText(text(row, 'details'))
  const exchange = textOrNull(row, 'exchange')
  const appended = textOrNull(row, 'appended')
  return {
    ...(isJsonObject(details) ? details : {}),
    ...(exchange === null ? {} : { exchange: parseJsonText(exchange) }),
    ...(appended === null ? {} : { appended: parseJsonText(appended) }),
  }
}

/** Exact; a text that is no JSON is shown as it is, so that one odd event does not hide its lead. */
function parseJsonText(json: JsonText): Json {
  try {
    return rereadJson(json)
  } catch {
    return json
  }
}

function leadIdOf(row: Row): LeadId {
  return parseLeadId(text(row, 'lead_id'))
}

function eventIdOf(row: Row): EventId {
  return text(row, 'event_id') as EventId
}
