import { isJsonObject, type LeadId } from '@leadline/domain'
import type { JsonText, Timestamp } from '@leadline/events'
import type { Flow } from '@leadline/flows'
import { rereadJson } from '@leadline/formats'
import { typedView, type View } from '@leadline/language'

/** What gates know of a lead: nothing was appended yet. */
export interface GatedLead {
  readonly leadId: LeadId
  readonly source: string
  readonly receivedAt: Timestamp
  readonly lead: JsonText
}

/** What the rules of gates see. Now is when the lead was received, so that a backlog is judged as it would have been then. */
export function receivedView(flow: Flow, { leadId, source, receivedAt, lead }: GatedLead): View {
  const fields = rereadJson(lead)
  const typed = typedView({ ...(isJsonObject(fields) && fields), id: leadId }, flow.fields, receivedAt)
  return {
    lead: typed,
    appended: {},
    source: { name: source, title: flow.sources.get(source)?.title ?? source },
    flow: { name: flow.name, title: flow.title, version: flow.version },
    submission: { timestamp: new Date(receivedAt).toISOString() },
    ...(flow.settings !== undefined && { settings: flow.settings }),
    now: receivedAt,
  }
}
