import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { asXmlName, compileNesting, readPath, scalarText, stringifyJson, xmlDocument } from '@leadline/formats'
import { mergeFields } from './merge-fields.ts'
import type { AnswerType } from './negotiate.ts'

/** How a walk ended, and what the lead is by then. */
export interface ConcludedLead {
  readonly outcome: string
  readonly reason: string | null
  readonly price: number | null
  readonly leadId: string
  readonly lead: JsonObject
  readonly appended: JsonObject
}

/** What a source wants to be told beside the outcome: paths (`lead.email`, `appended.check.status`), or all that was appended. */
export type AnswerFields = readonly string[] | 'appended'

export interface WrittenAnswer {
  readonly status: number
  readonly contentType: AnswerType
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** 201 with the outcome, also of a lead that was rejected; a price is always there. */
export function answerLead(concluded: ConcludedLead, fields: AnswerFields, type: AnswerType): WrittenAnswer {
  const { outcome, reason, price, leadId } = concluded
  const told: JsonObject = { outcome, ...(reason !== null && { reason }), lead: { id: leadId }, price: price ?? 0 }
  return { status: 201, contentType: type, body: writeAnswer(mergeFields(chosen(concluded, fields), told), type), headers: {} }
}

/** A bid for a lead that nobody keeps: 200, no lead id, and no price is no bid. */
export function answerPing(
  { outcome, reason, price }: Pick<ConcludedLead, 'outcome' | 'reason' | 'price'>,
  type: AnswerType,
): WrittenAnswer {
  const bid = price ?? 0
  const refused = outcome !== 'success' || bid <= 0
  const told = refused ? { outcome: outcome === 'success' ? 'failure' : outcome, reason: reason ?? 'no bid' } : { outcome }
  return { status: 200, contentType: type, body: writeAnswer({ ...told, price: bid }, type), headers: {} }
}

/** A web form's visitor is sent on, whatever became of the lead. */
export function redirecting(answer: WrittenAnswer, redirectUrl: string | null): WrittenAnswer {
  return redirectUrl === null ? answer : { ...answer, status: 303, headers: { ...answer.headers, location: redirectUrl } }
}

function chosen({ lead, leadId, appended, outcome, reason, price }: ConcludedLead, fields: AnswerFields): JsonObject {
  if (fields === 'appended') return { appended }
  const all: JsonObject = { outcome, reason, price, lead: { ...lead, id: leadId }, appended }
  const nested = compileNesting(fields)(fields.map((path) => readPath(all, path)))
  return isJsonObject(nested) ? nested : {}
}

/** A flat answer as JSON, or as XML in a `result` element. */
export function writeAnswer(value: JsonObject, type: AnswerType): string {
  return type === 'application/json' ? stringifyJson(value) : xmlDocument('result', speakable(value))
}

/** Names that XML cannot have are changed, not refused: the lead is accepted, and its sender must be told. */
function speakable(value: Json): Json {
  if (Array.isArray(value)) return value.map(speakable)
  if (!isJsonObject(value)) return scalarText(value)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [asXmlName(name), speakable(item)]))
}
