import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import type { CriteriaSpec, OutcomeCriterion, Verdict } from '@leadline/language'

/** The criteria that a case describes in its configuration. */
export function criteriaIn(config: JsonObject): CriteriaSpec {
  const { outcome_search_term: term, success_codes: codes, fallback_price: fallback, outcomes } = config
  const when = config['success_when']
  return {
    contentType: text(config['response_content_type_override']),
    delimiter: text(config['delimiter'] ?? config['split_by']),
    ...(typeof term === 'string' && term !== '' && { search: searchIn(config, term) }),
    ...(codes !== undefined && { successCodes: numbers(codes) }),
    success: expectedIn(config['success_check']),
    ...(isJsonObject(when) && { successWhen: whenIn(when) }),
    ...(Array.isArray(outcomes) && { outcomes: outcomes.map(outcomeIn) }),
    reason: texts(config['reason_path']),
    defaultReason: text(config['default_reason']),
    reference: text(config['reference_path']),
    price: text(config['price_path']),
    ...(fallback !== undefined && { fallbackPrice: Number(fallback) }),
    capture: paths(config['capture']),
    errorParser: paths(config['error_parser']),
    cookie: text(config['cookie_search_term']),
  }
}

/** One of the three words, when it is one. */
export function verdictIn(value: Json | undefined): Verdict | undefined {
  return value === 'success' || value === 'failure' || value === 'error' ? value : undefined
}

function searchIn(config: JsonObject, term: string): NonNullable<CriteriaSpec['search']> {
  return { term, path: text(config['outcome_search_path']), onMatch: verdictIn(config['outcome_on_match']) }
}

function whenIn({ status, status_code: code = status, body }: JsonObject): NonNullable<CriteriaSpec['successWhen']> {
  return { status: code === undefined ? undefined : numbers(code), body: isJsonObject(body) ? body : undefined }
}

function expectedIn(check: Json | undefined): CriteriaSpec['success'] {
  return isJsonObject(check) ? { path: String(check['path']), value: check['value'] } : undefined
}

function outcomeIn(rule: Json, index: number): OutcomeCriterion {
  const { id, when, outcome, reason, ...rest } = isJsonObject(rule) ? rule : {}
  const { status, path, equals, value = equals, includes, contains = includes } = isJsonObject(when) ? when : rest
  return {
    id: text(id) ?? String(index + 1),
    when: {
      status: status === undefined ? undefined : numbers(status),
      path: text(path),
      equals: value,
      includes: text(contains),
    },
    outcome: verdictIn(outcome) ?? 'error',
    reason: text(reason),
  }
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function texts(value: Json | undefined): readonly string[] {
  return [value ?? []].flat().map(String)
}

function numbers(value: Json): readonly number[] {
  return [value].flat().map(Number)
}

function paths(value: Json | undefined): Readonly<Record<string, string>> {
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, path]) => [name, String(path)])) : {}
}
