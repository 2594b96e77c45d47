import type { Json, JsonObject } from '@leadline/domain'
import { isJsonObject } from '@leadline/domain'
import { type Explain, told, valueQuestion } from '../explain.ts'
import { textOf } from '../text-of.ts'
import type { AnswerDocument } from './answer-document.ts'
import type { CriteriaSpec, OutcomeCriterion, Says, Verdict } from './criteria.ts'
import { type AnswerTest, compileValueTest } from './expected-value.ts'
import { isJsonPath } from './json-path.ts'
import { compileLocator, isPattern } from './locator.ts'
import { compileSearchTerm, searchIn } from './search-term.ts'

/** One criterion: what it says, or undefined when it says nothing of this answer. */
export type Criterion = (status: number, document: AnswerDocument) => Says | undefined

/** The step's ordered rules: the first that holds decides. */
export function outcomeCriterion(rules: readonly OutcomeCriterion[], explain?: Explain): Criterion {
  const compiled = rules.map(({ id, when, outcome, reason }) => ({
    holds: told(`outcomes.${id} (${outcome}): ${JSON.stringify(when)}`, whenTest(when), explain),
    says: { rule: 'outcome', id, verdict: outcome, reason } as const,
  }))
  return (status, document) => compiled.find(({ holds }) => holds(status, document))?.says
}

function whenTest({
  status,
  path,
  equals,
  includes,
}: OutcomeCriterion['when']): (status: number, body: AnswerDocument) => boolean {
  const statuses = status === undefined ? undefined : new Set(status)
  const tests: AnswerTest[] = []
  if (path !== undefined && (equals !== undefined || includes === undefined)) tests.push(compileValueTest(path, equals))
  if (path === undefined && equals !== undefined) tests.push(wholeText(equals))
  if (includes !== undefined) tests.push(searchTest(includes, path))
  return (code, document) => (statuses?.has(code) ?? true) && tests.every((test) => test(document))
}

function wholeText(wanted: Json): AnswerTest {
  const choices = new Set([wanted].flat().map((one) => textOf(one).trim().toLowerCase()))
  return ({ text }) => choices.has(text.trim().toLowerCase())
}

/** Looks at the path; anywhere when there is none, or when the body is not what its label promised and the path means nothing in it. */
function searchTest(term: string, path: string | undefined): AnswerTest {
  const search = compileSearchTerm(term)
  if (path === undefined) return ({ text }) => search(text)
  const find = compileLocator(path)
  const everywhere = (document: AnswerDocument) => document.type === 'text' && document.mislabelled && !isPattern(path)
  return (document) => (everywhere(document) ? search(document.text) : searchIn(search, find(document)))
}

export function searchCriterion(
  { term, path, onMatch = 'success' }: NonNullable<CriteriaSpec['search']>,
  explain?: Explain,
): Criterion {
  const question = `search (${onMatch}): "${term}" is in ${path ?? 'the answer'}`
  const test = told(question, searchTest(term, path), explain)
  const otherwise: Verdict = onMatch === 'success' ? 'failure' : 'success'
  return (_, document) =>
    test(document) ? { rule: 'search-found', verdict: onMatch } : { rule: 'search-not-found', verdict: otherwise }
}

/** `{created: true, lead: {state: [a, b]}}` as one test: every value, by its path. */
export function bodyTest(body: JsonObject, explain?: Explain): AnswerTest {
  const tests = flatten(body, undefined).map(([place, wanted]) =>
    told(`success when: ${valueQuestion(place.path, wanted)}`, memberTest(place, wanted), explain),
  )
  return (document) => tests.every((test) => test(document))
}

/** Names as they are written, and as JSON is read by them: one that is no path by itself (`Lead ID`) in brackets. */
interface MemberPlace {
  readonly path: string
  readonly inJson: string
}

function flatten(body: JsonObject, outer: MemberPlace | undefined): (readonly [place: MemberPlace, wanted: Json])[] {
  return Object.entries(body).flatMap(([name, wanted]) => {
    const place = memberOf(outer, name)
    return isJsonObject(wanted) ? flatten(wanted, place) : [[place, wanted] as const]
  })
}

function memberOf(outer: MemberPlace | undefined, name: string): MemberPlace {
  const path = outer === undefined ? name : `${outer.path}.${name}`
  const quote = name.includes('"') ? "'" : '"'
  if (!isJsonPath(name)) return { path, inJson: `${outer?.inJson ?? ''}[${quote}${name}${quote}]` }
  return { path, inJson: outer === undefined ? name : `${outer.inJson}.${name}` }
}

function memberTest({ path, inJson }: MemberPlace, wanted: Json): AnswerTest {
  const asWritten = compileValueTest(path, wanted)
  // A pattern with a group looks into the text of any answer.
  if (inJson === path || isPattern(path)) return asWritten
  const byName = compileValueTest(inJson, wanted)
  return (document) => (document.type === 'json' ? byName : asWritten)(document)
}
