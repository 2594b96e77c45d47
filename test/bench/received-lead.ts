import { eventId, type LeadId, newLeadId } from '@leadline/domain'
import type { Codec } from '@leadline/events'
import type { OutgoingRecord } from '@leadline/log'
import { sampleLead } from '../acceptance/feed-leads.ts'

/** A lead of 1 KB as the gateway writes it. */
export function receivedLead(index: number, codec: Codec, topic: string): { record: OutgoingRecord; leadId: LeadId } {
  const random = Buffer.alloc(10)
  random.writeUInt32BE(index)
  const leadId = newLeadId(Date.now(), random)
  const value = codec.encode('lead-received', {
    eventId: eventId('lead-received', leadId),
    leadId,
    flow: 'bench',
    flowVersion: '',
    source: 'web',
    receivedAt: Date.now(),
    origin: 'http',
    dedupeKey: null,
    bodyDigest: '0'.repeat(32),
    invalidFields: [],
    traceparent: null,
    lead: JSON.stringify(sampleLead(index)),
  })
  return { record: { topic, key: Buffer.from(leadId), value, headers: {} }, leadId }
}
