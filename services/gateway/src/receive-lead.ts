import { type LeadId, LeadlineError, leadIdFromKey, newLeadId } from '@leadline/domain'
import type { Codec, LeadCompleted, Topics } from '@leadline/events'
import type { Flow } from '@leadline/flows'
import { acceptLead, bodyDigestOf, type ReadSubmission, receivedRecord } from '@leadline/intake'
import type { Log } from '@leadline/log'
import type { ServiceEvents } from '@leadline/service'
import type { EventStore, LeadView } from '@leadline/store'
import type { Ticket } from './admission.ts'
import type { CompletionFeed } from './completion-feed.ts'
import type { GatewayLimits } from './gateway-limits.ts'
import { createIdempotency, type KeyedResult } from './idempotency.ts'
import { withinMs } from './within-ms.ts'

export interface ReceiveOptions {
  readonly log: Pick<Log, 'append'>
  readonly codec: Pick<Codec, 'encode'>
  readonly topics: Topics
  readonly completions: CompletionFeed
  readonly store?: Pick<EventStore, 'readLead'>
  readonly events: Pick<ServiceEvents, 'accepted'>
  readonly now: () => number
  readonly random: (bytes: number) => Uint8Array
}

/** One checked submission. */
export interface Received {
  readonly flow: Flow
  readonly source: string
  readonly submission: Pick<ReadSubmission, 'fields'>
  readonly idempotencyKey: string | null
  readonly traceparent: string
  /** 0: answer as soon as the lead is durable. */
  readonly waitMs: number
  /** The room that the lead takes; released as soon as it is durable. */
  readonly ticket: Ticket
}

/** How a walk ended, as far as a caller may be told. */
export type Concluded = Pick<LeadCompleted, 'outcome' | 'reason' | 'price' | 'lead' | 'appended'>

/** What became of a submission: it is durable, and when the caller waited and it came in time, how its flow ended. */
export interface Receipt {
  readonly leadId: LeadId
  readonly concluded: Concluded | null
}

/** Makes submissions durable. Rejects with LOG_UNAVAILABLE, IDEMPOTENCY_KEY_REUSED or OVERLOADED. */
export function createReceiver(options: ReceiveOptions, limits: GatewayLimits): (received: Received) => Promise<Receipt> {
  const { completions, store, events, now, random } = options
  const idempotency = createIdempotency(limits.recentKeys, store)
  let waiting = 0

  async function makeDurable(received: Received, leadId: LeadId): Promise<KeyedResult> {
    const { flow, source, submission, traceparent, ticket } = received
    const { fields } = submission
    const append = async () => {
      const event = acceptLead({ flow, source, leadId, fields, origin: 'http', receivedAt: now(), traceparent })
      // The ticket is held until the log lets go of the record, however long that takes: so long it is in memory.
      const appended = options.log.append([receivedRecord(event, options, flow)]).finally(ticket.hold())
      await withinMs(appended, limits.appendMs)
      events.accepted(flow.name, source, leadId)
    }
    if (received.idempotencyKey !== null) return idempotency.appendOnce(leadId, bodyDigestOf(fields), append)
    await append()
    return { repeated: false, known: null }
  }

  async function receiveAndWait(received: Received, leadId: LeadId): Promise<Concluded | null> {
    const deadline = now() + received.waitMs
    await withinMs(completions.start(), limits.appendMs)
    const giveUp = new AbortController()
    // Waiting starts before the append: a fast flow may end before the append is answered.
    const completion = completions.wait(leadId, received.waitMs, giveUp.signal)
    try {
      const { repeated, known } = await makeDurable(received, leadId)
      received.ticket.release()
      const before = concludedOf(known)
      if (before) return before
      const completed = now() < deadline ? await completion : undefined
      if (completed) return completed
      // A repeated lead may have ended before this caller came, and be known to the store only now.
      return repeated ? concludedOf((await store?.readLead(leadId).catch(() => undefined)) ?? null) : null
    } finally {
      giveUp.abort()
    }
  }

  return async (received) => {
    const { flow, source, idempotencyKey } = received
    const leadId = idempotencyKey === null ? newLeadId(now(), random(10)) : leadIdFromKey(flow.name, source, idempotencyKey)
    if (received.waitMs === 0) {
      await makeDurable(received, leadId)
      return { leadId, concluded: null }
    }
    if (waiting >= limits.waiting)
      throw new LeadlineError('OVERLOADED', 'too many callers wait for outcomes; nothing was accepted')
    waiting += 1
    try {
      return { leadId, concluded: await receiveAndWait(received, leadId) }
    } finally {
      waiting -= 1
    }
  }
}

function concludedOf(lead: LeadView | null): Concluded | null {
  if (lead === null || lead.status !== 'completed' || lead.outcome === null) return null
  return { outcome: lead.outcome, reason: lead.reason, price: lead.price, lead: lead.lead, appended: lead.appended }
}
