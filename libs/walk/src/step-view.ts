import type { StepView } from '@leadline/connectors'
import { isJsonObject, type JsonObject } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow } from '@leadline/flows'
import { rereadJson } from '@leadline/formats'
import { typedView } from '@leadline/language'

/** What is made of a work record once. */
export interface AboutWork {
  readonly appended: JsonObject
  /** The same for every attempt of the lead at the step. */
  readonly key: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** What the templates and rules of a step see of a lead. */
export function stepView(flow: Flow, work: StepWork, { appended, key, now }: AboutWork): StepView {
  return {
    lead: typedView({ ...fieldsOf(work.lead), id: work.leadId }, flow.fields, now),
    appended,
    source: { name: work.source, title: flow.sources.get(work.source)?.title ?? work.source },
    flow: { name: flow.name, title: flow.title, version: flow.version },
    submission: { timestamp: new Date(work.receivedAt).toISOString() },
    ...(flow.settings !== undefined && { settings: flow.settings }),
    now,
    key,
  }
}

/** The object that a record keeps as text. */
export function fieldsOf(text: string): JsonObject {
  const value = rereadJson(text)
  return isJsonObject(value) ? value : {}
}
