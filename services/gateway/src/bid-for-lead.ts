import type { JsonObject } from '@leadline/domain'
import { newLeadId } from '@leadline/domain'
import type { Flow, Source } from '@leadline/flows'
import { acceptLead, type ConcludedLead } from '@leadline/intake'
import { priceOfLead, receivedView, refusedByCriteria, refusedByHours } from '@leadline/walk'

export type Bid = Pick<ConcludedLead, 'outcome' | 'reason' | 'price'>

/**
 * What the flow would do with a lead of these fields that came now, by all that does not look at other leads: mappings, types, acceptance, price
 * and hours. Duplicates and caps are known to the lanes of the workers only.
 */
export function bidForLead(flow: Flow, source: Source, fields: JsonObject, receivedAt: number): Bid {
  const leadId = newLeadId(receivedAt, new Uint8Array(10))
  const lead = acceptLead({ flow, source: source.name, leadId, fields, origin: 'http', receivedAt, traceparent: null })
  const view = receivedView(flow, lead)
  const refusal = refusedByCriteria(flow, lead, view) ?? refusedByHours(flow, lead)
  if (refusal !== undefined) return { outcome: 'failure', reason: refusal.reason, price: null }
  return { outcome: 'success', reason: null, price: priceOfLead(flow, lead, view) }
}
