import type { Op } from './op.ts'
import { cap } from './ops/cap.ts'
import { evalPricing } from './ops/eval-pricing.ts'
import { evalRule } from './ops/eval-rule.ts'
import { evalRuleSet } from './ops/eval-rule-set.ts'
import { hours } from './ops/hours.ts'
import { map } from './ops/map.ts'
import { maskObject } from './ops/mask-object.ts'
import { maskType } from './ops/mask-type.ts'
import { parseFullName } from './ops/parse-full-name.ts'
import { parseType } from './ops/parse-type.ts'
import { parseTypeTwice } from './ops/parse-type-twice.ts'
import { render } from './ops/render.ts'
import { variableType } from './ops/variable-type.ts'

/** Each operation that cases may ask for, by its name there. One file under `ops/` and one line here. */
export const ops: Readonly<Record<string, Op>> = {
  cap,
  eval_pricing: evalPricing,
  eval_rule: evalRule,
  eval_rule_set: evalRuleSet,
  hours,
  map,
  mask_object: maskObject,
  mask_type: maskType,
  parse_full_name: parseFullName,
  parse_type: parseType,
  parse_type_twice: parseTypeTwice,
  render,
  variable_type: variableType,
}
