import { hash } from 'node:crypto'
import { eventId, type JsonObject, type LeadId } from '@leadline/domain'
import { type Codec, headers, type LeadReceived, type Topics } from '@leadline/events'
import { type Flow, orderKeyOfText } from '@leadline/flows'
import { stringifyJson } from '@leadline/formats'
import { typeLead } from '@leadline/language'
import { canonicalJson } from './canonical-json.ts'
import { dedupeKeyOf } from './dedupe-key.ts'
import { mapFields } from './map-fields.ts'

/** What somebody submitted, credentials and control parameters taken out. */
export interface Submission {
  readonly flow: Pick<Flow, 'name' | 'title' | 'version' | 'sources' | 'dedupe' | 'fields' | 'gates' | 'settings'>
  readonly source: string
  readonly leadId: LeadId
  readonly fields: JsonObject
  readonly origin: LeadReceived['origin']
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly traceparent: string | null
}

/** The event of a submission, its fields mapped and read by their types. The same lead id always gives the same event id, so a submission that is appended twice is one event. */
export function acceptLead({ flow, source, leadId, fields, origin, receivedAt, traceparent }: Submission): LeadReceived {
  const typed = typeLead(mapFields(flow, { source, fields, receivedAt }), flow.fields, receivedAt)
  return {
    eventId: eventId('lead-received', leadId),
    leadId,
    flow: flow.name,
    flowVersion: flow.version,
    source,
    receivedAt,
    origin,
    dedupeKey: dedupeKeyOf(flow.dedupe, typed.fields),
    bodyDigest: bodyDigestOf(fields),
    traceparent,
    invalidFields: typed.invalid,
    lead: stringifyJson(typed.fields),
  }
}

/** First 32 hex digits of the SHA-256 of the fields; the order in which they were written does not matter. */
export function bodyDigestOf(fields: JsonObject): string {
  return hash('sha256', canonicalJson(fields), 'hex').slice(0, 32)
}

/** A record as the log takes it. */
export interface ReceivedRecord {
  readonly topic: string
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The record for `leads.received`. Possible duplicates share a key, so that one lane decides between them; leads that are kept in order share
 * one too, unless the flow has a dedupe window, which comes first.
 */
export function receivedRecord(
  event: LeadReceived,
  { codec, topics }: { codec: Pick<Codec, 'encode'>; topics: Pick<Topics, 'received'> },
  flow: Pick<Flow, 'name' | 'orderBy'> | null = null,
): ReceivedRecord {
  return {
    topic: topics.received,
    key: Buffer.from(laneKey(event, flow)),
    value: codec.encode('lead-received', event),
    headers: {
      [headers.flow]: event.flow,
      [headers.source]: event.source,
      [headers.leadId]: event.leadId,
      ...(event.traceparent !== null && { [headers.traceparent]: event.traceparent }),
    },
  }
}

function laneKey({ flow: name, dedupeKey, lead, leadId }: LeadReceived, flow: Pick<Flow, 'name' | 'orderBy'> | null): string {
  if (dedupeKey !== null) return `${name}:${dedupeKey}`
  return (flow === null ? null : orderKeyOfText(flow, lead)) ?? leadId
}
