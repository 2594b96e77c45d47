import type { Json } from '@leadline/domain'
import { isJsonObject } from '@leadline/domain'
import type { RuleAnswer, RuleSetSpec, RuleSpec, RulesSpec } from '@leadline/language'

/** A rule or set of rules as a case writes it. */
export function rulesIn(value: Json | undefined): RulesSpec {
  if (typeof value === 'string') return value
  if (!isJsonObject(value)) return {}
  return 'lhv' in value ? ruleIn(value) : setIn(value)
}

export function ruleIn(value: Json | undefined): RuleSpec {
  if (!isJsonObject(value) || typeof value['lhv'] !== 'string' || typeof value['op'] !== 'string') {
    throw new Error('the case gives no rule')
  }
  return { lhv: value['lhv'], op: value['op'], rhv: value['rhv'] }
}

function setIn({ op, rules }: Readonly<Record<string, Json>>): RuleSetSpec {
  return { op: op === 'or' ? 'or' : 'and', rules: Array.isArray(rules) ? rules.map(rulesIn) : [] }
}

export function answered(answer: RuleAnswer): Json {
  return answer.type === 'pass' ? { pass: true } : { pass: false, reason: answer.reason }
}
