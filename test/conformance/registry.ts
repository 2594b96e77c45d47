import type { Op } from './op.ts'
import { buildRequest } from './ops/build-request.ts'
import { buildRequestTyped } from './ops/build-request-typed.ts'
import { cap } from './ops/cap.ts'
import { evalPricing } from './ops/eval-pricing.ts'
import { evalRule } from './ops/eval-rule.ts'
import { evalRuleSet } from './ops/eval-rule-set.ts'
import { handleGenericResponse } from './ops/handle-generic-response.ts'
import { handleResponse } from './ops/handle-response.ts'
import { hours } from './ops/hours.ts'
import { inbound } from './ops/inbound.ts'
import { inboundResponse } from './ops/inbound-response.ts'
import { map } from './ops/map.ts'
import { maskObject } from './ops/mask-object.ts'
import { maskType } from './ops/mask-type.ts'
import { parseFullName } from './ops/parse-full-name.ts'
import { parseType } from './ops/parse-type.ts'
import { parseTypeTwice } from './ops/parse-type-twice.ts'
import { render } from './ops/render.ts'
import { validateConfig } from './ops/validate-config.ts'
import { variableType } from './ops/variable-type.ts'

/** Each operation that cases may ask for, by its name there. One file under `ops/` and one line here. */
export const ops: Readonly<Record<string, Op>> = {
  build_request: buildRequest,
  build_request_typed: buildRequestTyped,
  cap,
  eval_pricing: evalPricing,
  eval_rule: evalRule,
  eval_rule_set: evalRuleSet,
  handle_generic_response: handleGenericResponse,
  handle_response: handleResponse,
  hours,
  inbound,
  inbound_response: inboundResponse,
  map,
  mask_object: maskObject,
  mask_type: maskType,
  parse_full_name: parseFullName,
  parse_type: parseType,
  parse_type_twice: parseTypeTwice,
  render,
  validate_config: validateConfig,
  variable_type: variableType,
}
