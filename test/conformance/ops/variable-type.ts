import { standardTypeOf } from '@leadline/language'
import { textIn } from '../given.ts'
import type { Op } from '../op.ts'

export const variableType: Op = (given) => ({ type: given['declared'] ?? standardTypeOf(textIn(given, 'name')) })
