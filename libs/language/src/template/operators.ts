import { looselyEqual, ordered } from '../compare.ts'
import { isList, toPlain, unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import { isTruthy } from '../truth.ts'
import type { Value } from '../typed-value.ts'
import { add, calculation, subtract } from './arithmetic.ts'
import type { Evaluate } from './evaluate.ts'
import type { BinaryOperator } from './expression.ts'

type Combine = (left: Value | undefined, right: Value | undefined) => Value | undefined

const combinations: Readonly<Record<Exclude<BinaryOperator, '&&' | '||'>, Combine>> = {
  '==': looselyEqual,
  '!=': (left, right) => !looselyEqual(left, right),
  '===': sameText,
  '!==': (left, right) => !sameText(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: isIn,
  '+': add,
  '-': subtract,
  '*': calculation((a, b) => a * b),
  '/': calculation((a, b) => a / b),
  '%': calculation((a, b) => a % b),
}

/** `==` is equal as people mean it (any case, `"1"` = 1); `===` to the letter. */
export function combined(operator: BinaryOperator, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === '||') {
    return (view, loop) => {
      const value = left(view, loop)
      return isTruthy(value) ? value : right(view, loop)
    }
  }
  if (operator === '&&') {
    return (view, loop) => {
      const value = left(view, loop)
      return isTruthy(value) ? right(view, loop) : value
    }
  }
  const combine = combinations[operator]
  return (view, loop) => combine(left(view, loop), right(view, loop))
}

function sameText(left: Value | undefined, right: Value | undefined): boolean {
  const [a, b] = [toPlain(left), toPlain(right)]
  return typeof a === typeof b ? textOf(a) === textOf(b) : false
}

function isIn(value: Value | undefined, list: Value | undefined): boolean {
  const items = unwrapped(list)
  return isList(items) ? items.some((item) => looselyEqual(value, item)) : looselyEqual(value, items)
}
