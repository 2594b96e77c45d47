import { newLeadId } from '@leadline/domain'
import { type Codec, headers, type LeadReceived, type StepWork, type Topics } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
import { parseFields } from '@leadline/formats'
import { acceptLead, receivedRecord } from '@leadline/intake'
import type { OutgoingRecord } from '@leadline/log'
import { firstWalk, toRecord } from '@leadline/walk'
import { epochMs } from '../kernel/host.ts'
import type { PlannedLead } from '../plan.ts'

export interface LeadTools {
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
}

/** The record by which a planned lead comes into the log. */
export function inputRecord(lead: PlannedLead, tools: LeadTools): OutgoingRecord {
  const whole = wholeRecord(lead, tools)
  switch (lead.kind) {
    case 'fine':
    case 'large':
    case 'deadly':
    case 'unknown-flow':
      return whole
    case 'undecodable':
      return { ...whole, value: lead.lead % 3 === 0 ? null : Buffer.from([0xc3, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, lead.lead]) }
    case 'null-key':
      return { ...whole, key: null }
    case 'empty-key':
      return { ...whole, key: Buffer.alloc(0) }
  }
}

function wholeRecord(lead: PlannedLead, tools: LeadTools): OutgoingRecord {
  switch (lead.route) {
    case 'submission':
      return submission(lead, tools)
    case 'received':
      return received(lead, tools)
    case 'replay':
      return replayed(lead, tools)
  }
}

function fieldsOf({ lead, person, kind }: PlannedLead): string {
  const blob = kind === 'large' ? { blob: 'z'.repeat(30_000) } : {}
  return JSON.stringify({ number: lead, email: `p${person}@example.com`, deadly: kind === 'deadly', ...blob })
}

function submission(lead: PlannedLead, { topics }: LeadTools): OutgoingRecord {
  return {
    topic: topics.submissions,
    key: Buffer.from(`p${lead.person}`),
    value: Buffer.from(fieldsOf(lead)),
    headers: {
      [headers.flow]: lead.kind === 'unknown-flow' ? 'nowhere' : lead.flow,
      [headers.source]: 'web',
      [headers.idempotencyKey]: `lead-${lead.lead}`,
    },
  }
}

function flowOf(lead: PlannedLead, { flows }: LeadTools): Flow {
  const flow = flows.byName.get(lead.flow)
  if (flow === undefined) throw new TypeError(`no flow ${lead.flow}`)
  return flow
}

function receivedEvent(lead: PlannedLead, tools: LeadTools): LeadReceived {
  const flow = flowOf(lead, tools)
  const number = Buffer.alloc(10)
  number.writeUInt32BE(lead.lead)
  return acceptLead({
    flow: lead.kind === 'unknown-flow' ? { ...flow, name: 'nowhere' } : flow,
    source: 'web',
    leadId: newLeadId(epochMs, number),
    fields: parseFields('application/json', Buffer.from(fieldsOf(lead))),
    origin: 'http',
    receivedAt: epochMs + lead.atMs - lead.ageMs,
    traceparent: null,
  })
}

function received(lead: PlannedLead, tools: LeadTools): OutgoingRecord {
  return receivedRecord(receivedEvent(lead, tools), tools)
}

function replayed(lead: PlannedLead, tools: LeadTools): OutgoingRecord {
  const flow = flowOf(lead, tools)
  const step = flow.steps[0]?.name ?? ''
  const event = receivedEvent(lead, tools)
  const work: StepWork = { ...firstWalk(flow, event), generation: lead.generation, step, attempt: 1, firstFailedAt: null }
  return toRecord({ type: 'work', pool: 'default', event: work }, tools)
}
