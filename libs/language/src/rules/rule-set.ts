import type { Json } from '@leadline/domain'
import { allOf, oneOf } from './combine.ts'
import { compileRule, type RuleOptions, type RuleSpec, type Rules } from './rule.ts'
import { compileRuleText } from './rule-text.ts'

/** Rules that must hold together, or of which one is enough. Sets nest; an empty one holds. */
export interface RuleSetSpec {
  /** `and` unless told. */
  readonly op?: 'and' | 'or' | undefined
  readonly rules?: readonly RulesSpec[] | undefined
}

/** A rule as filters write it. */
export interface ConditionSpec {
  /** A path of the view: `appended.phone_check.valid`. */
  readonly path: string
  readonly is: string
  readonly value?: Json | undefined
}

/** A rule, a set, or a rule in words: `lead.age > 40`. */
export type RulesSpec = RuleSpec | ConditionSpec | RuleSetSpec | string

/** Compiles rules once. Throws `SyntaxMistake`. */
export function compileRules(spec: RulesSpec, known: RuleOptions = {}): Rules {
  if (typeof spec === 'string') return compileRuleText(spec, known)
  if ('lhv' in spec) return compileRule(spec, known)
  if ('path' in spec) return compileRule({ lhv: spec.path, op: spec.is, rhv: spec.value }, known)
  const rules = (spec.rules ?? []).map((rule) => compileRules(rule, known))
  return spec.op === 'or' ? oneOf(rules) : allOf(rules)
}
