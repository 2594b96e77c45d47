import { maskObject as mask } from '@leadline/language'
import { valueGiven } from '../given.ts'
import type { Op } from '../op.ts'

export const maskObject: Op = (given) => mask(valueGiven(given, 'value'))
