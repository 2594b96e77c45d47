import { compileRules } from '@leadline/language'
import type { Op } from '../op.ts'
import { answered, rulesIn } from '../rules-in.ts'
import { viewIn } from '../view-in.ts'

export const evalRuleSet: Op = (given) => answered(compileRules(rulesIn(given['rule_set']), { unknown: 'blank' })(viewIn(given)))
