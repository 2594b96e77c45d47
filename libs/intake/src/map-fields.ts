import { isJsonObject, type JsonObject } from '@leadline/domain'
import type { Flow } from '@leadline/flows'
import { typedView } from '@leadline/language'
import { mergeFields } from './merge-fields.ts'

/** Who submitted which fields, and when. */
export interface Mapped {
  readonly source: string
  readonly fields: JsonObject
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** The submitted fields with those that the mappings of the source and then of the flow make of them. One that fails for a lead is left out. */
export function mapFields(
  flow: Pick<Flow, 'name' | 'title' | 'version' | 'sources' | 'fields' | 'gates' | 'settings'>,
  { source, fields, receivedAt }: Mapped,
): JsonObject {
  const mappings = flow.gates.get(source)?.mappings ?? []
  return mappings.reduce((lead, { apply }) => {
    const { result } = apply({
      lead: typedView(lead, flow.fields, receivedAt),
      appended: {},
      source: { name: source, title: flow.sources.get(source)?.title ?? source },
      flow: { name: flow.name, title: flow.title, version: flow.version },
      submission: { timestamp: new Date(receivedAt).toISOString() },
      ...(flow.settings !== undefined && { settings: flow.settings }),
      now: receivedAt,
    })
    return isJsonObject(result) ? mergeFields(lead, result) : lead
  }, fields)
}
