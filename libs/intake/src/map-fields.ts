import { isJsonObject, type JsonObject } from '@leadline/domain'
import { type Flow, leadView } from '@leadline/flows'
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
  if (mappings.length === 0) return fields
  const view = leadView(flow, { source, receivedAt, lead: fields, appended: {}, now: receivedAt })
  return mappings.reduce((lead, { apply }) => {
    const { result } = apply({ ...view, lead: typedView(lead, flow.fields, receivedAt) })
    return isJsonObject(result) ? mergeFields(lead, result) : lead
  }, fields)
}
