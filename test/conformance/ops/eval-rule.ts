import { compileRule } from '@leadline/language'
import type { Op } from '../op.ts'
import { answered, ruleIn } from '../rules-in.ts'
import { viewIn } from '../view-in.ts'

export const evalRule: Op = (given) => answered(compileRule(ruleIn(given['rule']), { unknown: 'blank' })(viewIn(given)))
