import { isBlank } from '../compare.ts'
import { numberOf, tidyNumber } from '../number-of.ts'
import { textOf } from '../text-of.ts'
import { readMoment } from '../time/moment.ts'
import { spanBetween } from '../time/span.ts'
import type { Value } from '../typed-value.ts'

/** Numbers, digits in text included, are added; what is not there adds nothing; everything else is joined as text. */
export function add(left: Value | undefined, right: Value | undefined): Value | undefined {
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== undefined && b !== undefined) return tidyNumber(a + b)
  if (isBlank(left) && textOf(left) === '') return right
  if (isBlank(right) && textOf(right) === '') return left
  return textOf(left) + textOf(right)
}

/** Of two moments, the time between them. */
export function subtract(left: Value | undefined, right: Value | undefined): Value | undefined {
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== undefined && b !== undefined) return tidyNumber(a - b)
  const [to, from] = [readMoment(left), readMoment(right)]
  return from === undefined || to === undefined ? undefined : spanBetween(from, to)
}

/** Undefined, and so blank, when one side is no number or the result is none: a wrong zero is worse than nothing. */
export function calculation(calculate: (a: number, b: number) => number) {
  return (left: Value | undefined, right: Value | undefined): Value | undefined => {
    const [a, b] = [numberOf(left), numberOf(right)]
    return a === undefined || b === undefined ? undefined : tidyNumber(calculate(a, b))
  }
}

export function negate(value: Value | undefined): Value | undefined {
  const number = numberOf(value)
  return number === undefined ? undefined : -number
}
