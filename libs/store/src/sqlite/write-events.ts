import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { ReplayOrder } from '@leadline/events'
import { type LeadOrigin, type LeadStanding, originOf, type StepStanding, standingAfter, stepStanding } from '../lead-state.ts'
import type { Coordinates, StoredEvent } from '../store.ts'
import { type LeadEvent, type TimelineRow, timelineRow } from '../timeline.ts'

/** Writes events in the caller's transaction. Statements are prepared once. */
export function eventWriter(database: DatabaseSync): (events: readonly StoredEvent[]) => void {
  const insertEvent = database.prepare(insertEventSql)
  const believeOrigin = database.prepare(believeOriginSql)
  const believeStanding = database.prepare(believeStandingSql)
  const believeStep = database.prepare(believeStepSql)
  const believeOrder = database.prepare(believeOrderSql)

  function writeLeadEvent(stored: LeadEvent): void {
    const { changes } = insertEvent.run(...eventValues(timelineRow(stored), stored.coordinates))
    if (changes === 0) return
    const origin = originOf(stored)
    if (origin === null) return
    const standing = standingAfter(stored)
    believeOrigin.run(...originValues(origin))
    if (standing !== null) believeStanding.run(...standingValues(standing))
    writeStep(believeStep, stepStanding(stored))
  }

  return (events) => {
    for (const stored of events) {
      if (stored.type === 'replay') believeOrder.run(...orderValues(stored.event, stored.coordinates))
      else writeLeadEvent(stored)
    }
  }
}

// A copy that was read at a lower place replaces the first, so that the order of arrival leaves no trace.
const insertEventSql = `
INSERT INTO events (lead_id, event_id, generation, seq, at, type, step, attempt, outcome, reason, rule, duration_ms, replay_id,
  topic, partition, offset, details, exchange, appended)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (lead_id, event_id) DO UPDATE SET generation = excluded.generation, seq = excluded.seq, at = excluded.at, type = excluded.type,
  step = excluded.step, attempt = excluded.attempt, outcome = excluded.outcome, reason = excluded.reason, rule = excluded.rule,
  duration_ms = excluded.duration_ms, replay_id = excluded.replay_id, topic = excluded.topic, partition = excluded.partition,
  offset = excluded.offset, details = excluded.details, exchange = excluded.exchange, appended = excluded.appended
WHERE (excluded.topic, excluded.partition, excluded.offset) < (topic, partition, offset)`

const believeOriginSql = `
INSERT INTO leads (lead_id, origin_key, flow, source, received_at, body_digest, lead, generation, seq, latest_at, latest_id,
  flow_version, status)
VALUES (?, ?, ?, ?, ?, ?, ?, -1, 0, 0, '', '', 'queued')
ON CONFLICT (lead_id) DO UPDATE SET origin_key = excluded.origin_key, flow = excluded.flow, source = excluded.source,
  received_at = excluded.received_at, body_digest = excluded.body_digest, lead = excluded.lead
WHERE excluded.origin_key < origin_key`

const believeStandingSql = `
UPDATE leads SET generation = ?1, seq = ?2, latest_at = ?3, latest_id = ?4, flow_version = ?5, status = ?6, step = ?7, outcome = ?8,
  reason = ?9, price = ?10, completed_at = ?11, retry_attempt = ?12, retry_max = ?13, retry_due = ?14
WHERE lead_id = ?15 AND (?1, ?2, ?3, ?4) >= (generation, seq, latest_at, latest_id)`

const believeStepSql = `
INSERT INTO lead_steps (lead_id, generation, step, seq, at, event_id, outcome, error_class, destination, fingerprint)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (lead_id, generation, step) DO UPDATE SET seq = excluded.seq, at = excluded.at, event_id = excluded.event_id,
  outcome = excluded.outcome, error_class = excluded.error_class, destination = excluded.destination,
  fingerprint = excluded.fingerprint
WHERE (excluded.seq, excluded.at, excluded.event_id) >= (seq, at, event_id)`

const believeOrderSql = `
INSERT INTO replays (replay_id, position, ordered_at, ordered_by, selection, from_step, succeeded_steps, idempotency_keys,
  leads_per_second, cursor, started, total, status, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (replay_id) DO UPDATE SET position = excluded.position, cursor = excluded.cursor, started = excluded.started,
  total = excluded.total, status = excluded.status, updated_at = excluded.updated_at
WHERE excluded.position > position`

function eventValues(row: TimelineRow, at: Coordinates): SQLInputValue[] {
  return [
    ...[row.leadId ?? '', row.eventId, row.generation, row.seq, row.at, row.type, row.step, row.attempt, row.outcome, row.reason],
    ...[row.rule, row.durationMs, row.replayId, at.topic, at.partition, at.offset, JSON.stringify(row.details), row.exchange],
    row.appended,
  ]
}

function originValues(origin: LeadOrigin): SQLInputValue[] {
  const { leadId, key, flow, source, receivedAt, bodyDigest, lead } = origin
  return [leadId, key, flow, source, receivedAt, bodyDigest, lead]
}

function standingValues(standing: LeadStanding): SQLInputValue[] {
  const { generation, seq, at, eventId, flowVersion, status, step, outcome, reason, price, completedAt, retry } = standing
  return [
    ...[generation, seq, at, eventId, flowVersion, status, step, outcome, reason, price, completedAt],
    ...[retry?.attempt ?? null, retry?.maxAttempts ?? null, retry?.dueAt ?? null, standing.leadId],
  ]
}

function writeStep(statement: StatementSync, standing: StepStanding | null): void {
  if (standing === null) return
  const { leadId, generation, step, seq, at, eventId, outcome, errorClass, destination, fingerprint } = standing
  statement.run(leadId, generation, step, seq, at, eventId, outcome, errorClass, destination, fingerprint)
}

function orderValues(order: ReplayOrder, { offset }: Coordinates): SQLInputValue[] {
  const { replayId, orderedAt, orderedBy, selection, fromStep, succeededSteps, idempotencyKeys, leadsPerSecond } = order
  return [
    ...[replayId, offset, orderedAt, orderedBy, selection, fromStep, succeededSteps, idempotencyKeys, leadsPerSecond],
    ...[order.cursor, order.started, order.total, order.status, order.updatedAt],
  ]
}
