import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { jsonFromXml } from '@leadline/formats'
import { textOf } from '../text-of.ts'
import type { AnswerDocument } from './answer-document.ts'
import type { CriteriaSpec, Says, Verdict } from './criteria.ts'

const unrecognized = 'Unrecognized response'
const verdicts: readonly Verdict[] = ['success', 'failure', 'error']

/** The answer's own `outcome`, else the configured default, else an error. */
export function genericSays(
  { defaultOutcome = 'error' }: NonNullable<CriteriaSpec['generic']>,
  document: AnswerDocument,
  contentType: string | undefined,
): Says {
  if (contentType === undefined) {
    return { rule: 'unlabelled', verdict: 'error', reason: 'No Content-Type specified in server response' }
  }
  const fields = ownFields(document)
  const written = word(fields['outcome'])
  const verdict = verdicts.find((one) => one === written?.toLowerCase())
  if (verdict !== undefined) return { rule: 'answer-outcome', verdict, reason: word(fields['reason']) }
  return { rule: 'default-outcome', verdict: defaultOutcome, reason: unrecognized }
}

/** The fields of a JSON object, or of an XML payload: the element around them is only their envelope. */
export function ownFields(document: AnswerDocument): JsonObject {
  if (document.type === 'json') return isJsonObject(document.value) ? document.value : {}
  if (document.type !== 'xml') return {}
  const inner = jsonFromXml(document.payload, '')[document.payload.name]
  return isJsonObject(inner) ? inner : {}
}

function word(value: Json | undefined): string | undefined {
  const text = textOf(value).trim()
  return text === '' ? undefined : text.slice(0, 500).toWellFormed()
}
