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
export function compileSays(spec: CriteriaSpec): Judge {
  const { generic, successCodes } = spec
  if (generic !== undefined) return (_, document, contentType) => genericSays(generic, document, contentType)
  const first: Criterion[] = []
  if (spec.outcomes !== undefined) first.push(outcomeCriterion(spec.outcomes))
  if (spec.failure !== undefined) first.push(failureCriterion(spec.failure))
  const search = spec.search === undefined ? undefined : searchCriterion(spec.search)
  // Words of refusal count whatever the status; words of success only with one.
  if (search !== undefined) first.push((status, document) => refusalOnly(search(status, document), status))
  const needs = neededCriteria(spec)
  const statuses = successCodes === undefined ? undefined : new Set(successCodes)
  return (status, document) => {
    for (const criterion of first) {
      const says = criterion(status, document)
      if (says !== undefined) return says
    }
    if (statuses === undefined ? status < 200 || status > 299 : !statuses.has(status)) return nothing
    return needs(status, document) ?? search?.(status, document) ?? byStatus(spec)
  }
}

function byStatus({ outcomes, successCodes }: CriteriaSpec): Says {
  return outcomes !== undefined && successCodes === undefined ? nothing : { rule: 'success-status', verdict: 'success' }
}

function failureCriterion({ path, value }: NonNullable<CriteriaSpec['failure']>): Criterion {
  const holds = compileValueTest(path, value)
  return (_, document) => (holds(document) ? { rule: 'failure-path', verdict: 'failure' } : undefined)
}

function refusalOnly(says: Says | undefined, status: number): Says | undefined {
  const refusal = says?.rule === 'search-found' && says.verdict === 'failure'
  return refusal && status >= 300 ? says : undefined
}

/** What success needs: a value at a path, a status with several values. */
function neededCriteria({ success, successWhen, failure }: CriteriaSpec): Criterion {
  const path = success === undefined ? undefined : pathCriterion(success, failure !== undefined)
  const when = successWhen === undefined ? undefined : whenCriterion(successWhen)
  return (status, document) => {
    const byPath = path?.(status, document)
    if (byPath !== undefined && byPath.rule !== 'success-path') return byPath
    return when?.(status, document) ?? byPath
  }
}

function pathCriterion({ path, value }: NonNullable<CriteriaSpec['success']>, failureIsNamed: boolean): Criterion {
  const holds = compileValueTest(path, value)
  const inText = isPattern(path) || /^\d+$/.test(path)
  return (_, document) => {
    if (document.type === 'text' && !inText) return { rule: 'unreadable', verdict: null }
    if (holds(document)) return { rule: 'success-path', verdict: 'success' }
    return failureIsNamed ? nothing : { rule: 'not-success', verdict: 'failure' }
  }
}

function whenCriterion({ status, body }: NonNullable<CriteriaSpec['successWhen']>): Criterion {
  const statuses = status === undefined ? undefined : new Set(status)
  const holds = body === undefined ? () => true : bodyTest(body)
  return (code, document) => {
    if (statuses !== undefined && !statuses.has(code)) return { rule: 'not-success', verdict: 'failure' }
    if (body !== undefined && document.type === 'text') return { rule: 'unreadable', verdict: null }
    return holds(document) ? { rule: 'success-when', verdict: 'success' } : { rule: 'not-success', verdict: 'failure' }
  }
}
