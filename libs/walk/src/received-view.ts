import type { LeadId } from '@leadline/domain'
import type { JsonText, Timestamp } from '@leadline/events'
import { type Flow, leadView } from '@leadline/flows'
import type { View } from '@leadline/language'
import { fieldsOf } from './step-view.ts'

/** What gates know of a lead: nothing was appended yet. */
export interface GatedLead {
  readonly leadId: LeadId
  readonly source: string
  readonly receivedAt: Timestamp
  readonly lead: JsonText
}

/**
 * What the rules of gates see; the lead is read when a gate first asks for it, once. Now is when the lead was received, so that a backlog is
 * judged as it would have been then.
 */
export function receivedView(flow: Flow, { leadId, source, receivedAt, lead }: GatedLead): () => View {
  let view: View | undefined
  return () => {
    view ??= leadView(flow, {
      source,
      receivedAt,
      lead: { ...fieldsOf(lead), id: leadId },
      appended: {},
      now: receivedAt,
    })
    return view
  }
}
