import { eventId } from '@leadline/domain'
import type { Activity, LeadReceived } from '@leadline/events'
import { type Flow, orderKeyOfText } from '@leadline/flows'
import { advance, type Walk } from './advance.ts'
import { bareActivity } from './bare-activity.ts'
import type { Draft } from './draft.ts'

/** What a lead's first walk starts with. Its event 0 is `lead.received`. */
export function firstWalk(flow: Flow, received: LeadReceived): Walk {
  return {
    leadId: received.leadId,
    flow: received.flow,
    flowVersion: received.flowVersion,
    source: received.source,
    receivedAt: received.receivedAt,
    generation: 0,
    keyGeneration: 0,
    seq: 1,
    doneSteps: [],
    replayId: null,
    traceparent: received.traceparent,
    price: null,
    lastOutcome: null,
    lastReason: null,
    lastStep: null,
    orderKey: orderKeyOfText(flow, received.lead),
    lead: received.lead,
    appended: '{}',
  }
}

/** `price`: what the lead costs until a step says otherwise. */
export function startWalk(flow: Flow, received: LeadReceived, price: number | null, now: number): Draft[] {
  return advance(flow, { ...firstWalk(flow, received), price }, 0, now)
}

/** The same lead id arrived again (a repeated submission, a producer's retry): it is noted and goes nowhere. */
export function noteRepeated(received: LeadReceived, coordinates: string, first: { bodyDigest: string }, now: number): Draft[] {
  const changed = first.bodyDigest !== received.bodyDigest
  const event: Activity = {
    ...bareActivity,
    eventId: eventId('lead.repeated', received.leadId, coordinates),
    leadId: received.leadId,
    flow: received.flow,
    flowVersion: received.flowVersion,
    source: received.source,
    generation: 0,
    seq: 0,
    type: 'lead.repeated',
    at: now,
    reason: changed ? 'the same lead id with other fields: ignored' : 'the same lead again: ignored',
    rule: changed ? 'repeated-with-other-body' : 'repeated',
    traceparent: received.traceparent,
  }
  return [{ type: 'activity', event }]
}
