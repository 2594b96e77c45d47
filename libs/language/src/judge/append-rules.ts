import { type Appended, isJsonObject, type Json } from '@leadline/domain'
import { jsonFromXml } from '@leadline/formats'
import { type Explain, toldFound } from '../explain.ts'
import type { AnswerDocument } from './answer-document.ts'
import type { CriteriaSpec, Says } from './criteria.ts'
import { ownFields } from './generic-criterion.ts'
import { compileLocator } from './locator.ts'

type Append = (document: AnswerDocument, says: Says) => Appended

/** The whole of a JSON or XML body, a list under `array`, of text and HTML nothing; then what the captures found, under their names. */
export function compileAppend(
  { capture = {}, errorParser = {}, append = 'body', generic, soap }: CriteriaSpec,
  explain?: Explain,
): Append {
  const always = compileCaptures(capture, explain)
  const whenRefused = compileCaptures(errorParser, explain)
  const wholeBody = generic !== undefined ? genericBody : soap ? ownFields : bodyOf
  if (always === undefined && whenRefused === undefined) return append === 'body' ? wholeBody : () => ({})
  return (document, says) => ({
    ...(append === 'body' ? wholeBody(document, says) : {}),
    ...always?.(document),
    ...(says.verdict === 'success' ? {} : whenRefused?.(document)),
  })
}

/** With the reason of a verdict that the answer did not give itself. */
function genericBody(document: AnswerDocument, says: Says): Appended {
  return says.rule === 'default-outcome' ? { ...ownFields(document), reason: says.reason ?? null } : ownFields(document)
}

function bodyOf(document: AnswerDocument): Appended {
  if (document.type === 'xml') return jsonFromXml(document.root, '')
  if (document.type !== 'json') return {}
  if (isJsonObject(document.value)) return document.value
  return Array.isArray(document.value) ? { array: document.value } : {}
}

function compileCaptures(
  captures: Readonly<Record<string, string>>,
  explain: Explain | undefined,
): ((document: AnswerDocument) => Appended) | undefined {
  const compiled = Object.entries(captures).map(([name, path]) => ({
    name,
    find: toldFound({ name: `capture ${name}`, path }, compileLocator(path), explain),
  }))
  if (compiled.length === 0) return undefined
  return (document) =>
    Object.fromEntries(
      compiled.flatMap(({ name, find }) => {
        const value = one(find(document))
        return value === undefined ? [] : [[name, value] as const]
      }),
    )
}

function one(found: readonly Json[]): Json | undefined {
  return found.length > 1 ? found : found[0]
}
