import { isTyped, maskTyped, parseType } from '@leadline/language'
import { valueGiven } from '../given.ts'
import type { Op } from '../op.ts'
import { nowIn, typedAnswer, typeIn } from '../typed-answer.ts'

export const maskType: Op = (given) => {
  const type = typeIn(given)
  const value = parseType(type, valueGiven(given, 'value'), nowIn(given))
  return typedAnswer(isTyped(value) ? maskTyped(type, value) : value)
}
