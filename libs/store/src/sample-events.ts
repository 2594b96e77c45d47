import { type EventId, eventId, type LeadId, parseLeadId } from '@leadline/domain'
import type { Activity, DeadLetter, LeadCompleted, LeadReceived, ReplayOrder } from '@leadline/events'
import type { StoredEvent } from './store.ts'

/** Events with everything filled in, for tests: a test names only what it is about. */

/** The n-th sample lead. */
export function sampleLeadId(n: number): LeadId {
  return parseLeadId(`01900000-0000-7000-8000-${String(n).padStart(12, '0')}`)
}

const leadId = sampleLeadId(1)
const epochMs = 1_700_000_000_000

export function sampleReceived(fields: Partial<LeadReceived> = {}): LeadReceived {
  const id = fields.leadId ?? leadId
  return {
    eventId: eventId('received', id),
    leadId: id,
    flow: 'demo',
    flowVersion: 'v1',
    source: 'web',
    receivedAt: epochMs,
    origin: 'http',
    dedupeKey: null,
    bodyDigest: 'b0d1',
    invalidFields: [],
    traceparent: null,
    lead: '{"email":"ada@example.test"}',
    ...fields,
  }
}

export function sampleActivity(fields: Partial<Activity> = {}): Activity {
  const { leadId: id = leadId, generation = 0, seq = 1, type = 'step.succeeded' } = fields
  return {
    eventId: eventId('activity', id, generation, seq, type),
    leadId: id,
    flow: 'demo',
    flowVersion: 'v1',
    source: 'web',
    generation,
    seq,
    type,
    at: epochMs + seq,
    step: 'deliver',
    connector: 'http',
    connectorRevision: 'r1',
    attempt: 1,
    outcome: type === 'step.failed' ? 'failure' : type === 'step.errored' ? 'error' : 'success',
    reason: null,
    rule: null,
    price: null,
    reference: null,
    errorCode: null,
    errorClass: null,
    fingerprint: null,
    destination: null,
    idempotencyKey: null,
    durationMs: null,
    dueAt: null,
    tierMs: null,
    maxAttempts: null,
    replayId: null,
    traceparent: null,
    exchange: null,
    appended: null,
    ...fields,
  }
}

export function sampleCompleted(fields: Partial<LeadCompleted> = {}): LeadCompleted {
  const { leadId: id = leadId, generation = 0 } = fields
  return {
    eventId: eventId('completed', id, generation),
    leadId: id,
    flow: 'demo',
    flowVersion: 'v1',
    source: 'web',
    generation,
    seq: 9,
    outcome: 'success',
    reason: null,
    price: null,
    step: 'deliver',
    rule: null,
    receivedAt: epochMs,
    completedAt: epochMs + 9,
    replayId: null,
    traceparent: null,
    lead: '{"email":"ada@example.test"}',
    appended: '{}',
    ...fields,
  }
}

export function sampleDeadLetter(fields: Partial<DeadLetter> = {}): DeadLetter {
  return {
    eventId: sampleEventId('dead-letter'),
    at: epochMs + 8,
    reason: 'attempts-exhausted',
    errorCode: 'DESTINATION_TIMEOUT',
    errorClass: 'timeout',
    message: 'no answer within 30 s',
    leadId,
    flow: 'demo',
    flowVersion: 'v1',
    source: 'web',
    step: 'deliver',
    generation: 0,
    attempt: 6,
    seq: 8,
    replayId: null,
    originTopic: 'leadline.steps.default',
    originPartition: 0,
    originOffset: 1,
    rawKey: null,
    rawValue: null,
    rawHeaders: {},
    lead: null,
    appended: null,
    ...fields,
  }
}

export function sampleOrder(fields: Partial<ReplayOrder> = {}): ReplayOrder {
  return {
    replayId: 'replay-1',
    orderedAt: epochMs + 1_000,
    orderedBy: 'test',
    selection: '{}',
    fromStep: null,
    succeededSteps: 'skip',
    idempotencyKeys: 'same',
    leadsPerSecond: 100,
    cursor: null,
    started: 0,
    total: 1,
    status: 'running',
    updatedAt: epochMs + 1_000,
    ...fields,
  }
}

/** Puts events on their topics, each at the next offset. */
export function storedEvents(events: readonly StoredEventOf[]): StoredEvent[] {
  return events.map((stored, offset) => ({ ...stored, coordinates: { topic: topicOf[stored.type], partition: 0, offset } }))
}

export type StoredEventOf =
  | { readonly type: 'received'; readonly event: LeadReceived }
  | { readonly type: 'activity'; readonly event: Activity }
  | { readonly type: 'completed'; readonly event: LeadCompleted }
  | { readonly type: 'dead-letter'; readonly event: DeadLetter }
  | { readonly type: 'replay'; readonly event: ReplayOrder }

const topicOf = {
  received: 'leadline.leads.received',
  activity: 'leadline.activity',
  completed: 'leadline.leads.completed',
  'dead-letter': 'leadline.dead-letters',
  replay: 'leadline.replays',
} as const

function sampleEventId(name: string): EventId {
  return eventId('sample', name)
}
