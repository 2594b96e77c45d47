import { type Explain, told, valueQuestion } from '../explain.ts'
import type { AnswerDocument } from './answer-document.ts'
import type { CriteriaSpec, Says } from './criteria.ts'
import { compileValueTest } from './expected-value.ts'
import { genericSays } from './generic-criterion.ts'
import { isPattern } from './locator.ts'
import { bodyTest, type Criterion, outcomeCriterion, searchCriterion } from './outcome-criteria.ts'

type Judge = (status: number, document: AnswerDocument, contentType: string | undefined) => Says

const nothing: Says = { rule: 'nothing', verdict: null }

/**
 * In this order: the step's ordered rules, the failure at a path, the statuses of success, what success needs, the search. Without any of
 * them a status of success is success.
 */
export function compileSays(spec: CriteriaSpec, explain?: Explain): Judge {
  const { generic, successCodes } = spec
  if (generic !== undefined) return (_, document, contentType) => genericSays(generic, document, contentType)
  const first: Criterion[] = []
  if (spec.outcomes !== undefined) first.push(outcomeCriterion(spec.outcomes, explain))
  if (spec.failure !== undefined) first.push(failureCriterion(spec.failure, explain))
  const search = spec.search === undefined ? undefined : searchCriterion(spec.search, explain)
  const needs = neededCriteria(spec, explain)
  const isOfSuccess = told(`the status is ${successCodes?.join(' or ') ?? '2xx'}`, statusTest(successCodes), explain)
  return (status, document) => {
    for (const criterion of first) {
      const says = criterion(status, document)
      if (says !== undefined) return says
    }
    // Words of refusal count whatever the status; words of success only with one of success.
    if (!isOfSuccess(status)) return refusalOnly(search?.(status, document)) ?? nothing
    return needs(status, document) ?? search?.(status, document) ?? byStatus(spec)
  }
}

function statusTest(codes: readonly number[] | undefined): (status: number) => boolean {
  if (codes === undefined) return (status) => status >= 200 && status <= 299
  const statuses = new Set(codes)
  return (status) => statuses.has(status)
}

function byStatus({ outcomes, successCodes }: CriteriaSpec): Says {
  return outcomes !== undefined && successCodes === undefined ? nothing : { rule: 'success-status', verdict: 'success' }
}

function failureCriterion({ path, value }: NonNullable<CriteriaSpec['failure']>, explain?: Explain): Criterion {
  const holds = told(`failure: ${valueQuestion(path, value)}`, compileValueTest(path, value), explain)
  return (_, document) => (holds(document) ? { rule: 'failure-path', verdict: 'failure' } : undefined)
}

function refusalOnly(says: Says | undefined): Says | undefined {
  return says?.rule === 'search-found' && says.verdict === 'failure' ? says : undefined
}

/** What success needs: a value at a path, a status with several values. */
function neededCriteria({ success, successWhen, failure }: CriteriaSpec, explain?: Explain): Criterion {
  const path = success === undefined ? undefined : pathCriterion(success, failure !== undefined, explain)
  const when = successWhen === undefined ? undefined : whenCriterion(successWhen, explain)
  return (status, document) => {
    const byPath = path?.(status, document)
    if (byPath !== undefined && byPath.rule !== 'success-path') return byPath
    return when?.(status, document) ?? byPath
  }
}

function pathCriterion(
  { path, value }: NonNullable<CriteriaSpec['success']>,
  failureIsNamed: boolean,
  explain?: Explain,
): Criterion {
  const holds = told(`success: ${valueQuestion(path, value)}`, compileValueTest(path, value), explain)
  const inText = isPattern(path) || /^\d+$/.test(path)
  return (_, document) => {
    if (document.type === 'text' && !inText) return { rule: 'unreadable', verdict: null }
    if (holds(document)) return { rule: 'success-path', verdict: 'success' }
    return failureIsNamed ? nothing : { rule: 'not-success', verdict: 'failure' }
  }
}

function whenCriterion({ status, body }: NonNullable<CriteriaSpec['successWhen']>, explain?: Explain): Criterion {
  const isWanted =
    status === undefined ? () => true : told(`success when: the status is ${status.join(' or ')}`, statusTest(status), explain)
  const holds = body === undefined ? () => true : bodyTest(body, explain)
  return (code, document) => {
    if (!isWanted(code)) return { rule: 'not-success', verdict: 'failure' }
    if (body !== undefined && document.type === 'text') return { rule: 'unreadable', verdict: null }
    return holds(document) ? { rule: 'success-when', verdict: 'success' } : { rule: 'not-success', verdict: 'failure' }
  }
}
