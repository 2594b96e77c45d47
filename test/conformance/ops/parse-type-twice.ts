import { parseType } from '@leadline/language'
import { valueGiven } from '../given.ts'
import type { Op } from '../op.ts'
import { nowIn, typedAnswer, typeIn } from '../typed-answer.ts'

export const parseTypeTwice: Op = (given) => {
  const type = typeIn(given)
  const once = parseType(type, valueGiven(given, 'value'), nowIn(given))
  return typedAnswer(parseType(type, once, nowIn(given)))
}
