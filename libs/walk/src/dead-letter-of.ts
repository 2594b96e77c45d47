import { type ErrorCode, errorCodes, eventId, type LeadlineError, type Outcome } from '@leadline/domain'
import type { DeadLetter, DeadLetterReason, LeadReceived } from '@leadline/events'
import { maskLeadText, standardFieldTypes } from '@leadline/language'
import type { Attempt } from './attempt.ts'
import type { Origin } from './draft.ts'

/** The dead letter of a step that used up its policy or can never work. Its event number follows the attempt's. */
export function deadLetterOf(
  { flow, step, work, origin, endedAt }: Attempt,
  outcome: Outcome,
  reason: DeadLetterReason,
): DeadLetter {
  const error = outcome.type === 'error' ? outcome.error : null
  const errorCode: ErrorCode = error?.code ?? 'UNEXPECTED'
  return {
    ...origined(origin),
    eventId: eventId('dead-letter', work.leadId, work.generation, step.name),
    at: endedAt,
    reason,
    errorCode,
    errorClass: error?.class ?? errorCodes[errorCode].class,
    message: error?.reason ?? '',
    leadId: work.leadId,
    flow: work.flow,
    flowVersion: flow.version,
    source: work.source,
    step: step.name,
    generation: work.generation,
    attempt: work.attempt,
    seq: work.seq + 1,
    replayId: work.replayId,
    rawKey: null,
    rawValue: null,
    rawHeaders: {},
    lead: maskLeadText(work.lead, flow.fields),
    appended: work.appended,
  }
}

/** What a record looked like when it came from the log. */
export interface RawRecord extends Origin {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

/** Errors quote what they are about, which can be as large as the record. */
const longestMessage = 1_000

/** The dead letter of a record that nobody could read or that breaks its contract: the bytes are kept. */
export function rawDeadLetter(record: RawRecord, reason: DeadLetterReason, error: LeadlineError, now: number): DeadLetter {
  return {
    ...origined(record),
    eventId: eventId('dead-letter', record.topic, record.partition, record.offset),
    at: now,
    reason,
    errorCode: error.code,
    errorClass: error.class,
    message: error.message.slice(0, longestMessage),
    leadId: null,
    flow: null,
    flowVersion: null,
    source: null,
    step: null,
    generation: 0,
    attempt: 0,
    seq: 0,
    replayId: null,
    rawKey: record.key,
    rawValue: record.value,
    rawHeaders: record.headers,
    lead: null,
    appended: null,
  }
}

/** The dead letter of an accepted lead that no flow of this installation knows: kept until one does. */
export function strandedLead(received: LeadReceived, origin: Origin, error: LeadlineError, now: number): DeadLetter {
  return {
    ...rawDeadLetter({ ...origin, key: null, value: null, headers: {} }, 'invalid', error, now),
    eventId: eventId('dead-letter', received.leadId, 0),
    leadId: received.leadId,
    flow: received.flow,
    flowVersion: received.flowVersion,
    source: received.source,
    seq: 1,
    lead: maskLeadText(received.lead, standardFieldTypes),
    appended: '{}',
  }
}

function origined({ topic, partition, offset }: Origin): Pick<DeadLetter, 'originTopic' | 'originPartition' | 'originOffset'> {
  return { originTopic: topic, originPartition: partition, originOffset: offset }
}
