import { isJsonObject, type JsonObject } from '@leadline/domain'
import type { View } from '@leadline/language'
import { typedContext, valueIn } from './typed-context.ts'

/** What templates and rules of a case can see: the context's members, and its other names as stored values. */
export function viewIn(given: JsonObject): View {
  const { lead, appended, source, flow, submission, settings, batch, response, now, random, ...stored } = contextIn(given)
  return {
    lead: typedContext(lead),
    appended: typedContext(appended),
    source: typedContext(source),
    flow: typedContext(flow),
    submission: typedContext(submission),
    settings: typedContext(settings),
    batch: typedContext(batch),
    ...(response !== undefined && { response: valueIn(response) }),
    ...((typeof now === 'number' || typeof now === 'string') && { now }),
    ...(typeof random === 'number' && { random }),
    stored: typedContext(stored),
  }
}

function contextIn({ context }: JsonObject): JsonObject {
  return isJsonObject(context) ? context : {}
}
