import { parseType as parse } from '@leadline/language'
import { valueGiven } from '../given.ts'
import type { Op } from '../op.ts'
import { nowIn, typedAnswer, typeIn } from '../typed-answer.ts'

export const parseType: Op = (given) => typedAnswer(parse(typeIn(given), valueGiven(given, 'value'), nowIn(given)))
