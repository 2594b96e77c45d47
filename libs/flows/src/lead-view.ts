import type { JsonObject } from '@leadline/domain'
import { typedView, type View } from '@leadline/language'
import type { Flow } from './flow.ts'

/** A lead at some point of its way. */
export interface LeadSeen {
  readonly source: string
  /** Milliseconds since 1970, like `now`. */
  readonly receivedAt: number
  readonly lead: JsonObject
  readonly appended: JsonObject
  readonly now: number
}

/** What the templates and rules of a flow see of a lead. */
export function leadView(
  flow: Pick<Flow, 'name' | 'title' | 'version' | 'sources' | 'fields' | 'settings'>,
  { source, receivedAt, lead, appended, now }: LeadSeen,
): View {
  return {
    lead: typedView(lead, flow.fields, now),
    appended,
    source: { name: source, title: flow.sources.get(source)?.title ?? source },
    flow: { name: flow.name, title: flow.title, version: flow.version },
    submission: {
      // Written when it is asked for: most flows never do.
      get timestamp() {
        return new Date(receivedAt).toISOString()
      },
    },
    settings: flow.settings,
    now,
  }
}
