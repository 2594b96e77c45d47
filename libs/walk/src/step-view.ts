import type { StepView } from '@leadline/connectors'
import { isJsonObject, type JsonObject } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import { type Flow, leadView } from '@leadline/flows'
import { rereadJson } from '@leadline/formats'

/** What is made of a work record once. */
export interface AboutWork {
  /** The fields of the lead. */
  readonly fields: JsonObject
  readonly appended: JsonObject
  /** The same for every attempt of the lead at the step. */
  readonly key: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What the templates and rules of a step see of a lead. */
export function stepView(flow: Flow, work: StepWork, { fields, appended, key, now }: AboutWork): StepView {
  const { source, receivedAt } = work
  const lead = { ...fields, id: work.leadId }
  return { ...leadView(flow, { source, receivedAt, lead, appended, now }), key }
}

/** The object that a record keeps as text. */
export function fieldsOf(text: string): JsonObject {
  const value = rereadJson(text)
  return isJsonObject(value) ? value : {}
}
