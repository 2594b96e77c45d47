import { formatNumber, roundHalfUp } from '../format-number.ts'
import { numberOf, tidyNumber } from '../number-of.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { type Operand, type Operation, textIn, valueIn } from './operation.ts'

function numberOperation(
  name: string,
  operands: readonly string[],
  change: (value: number, operands: readonly Operand[]) => Value | undefined,
): Operation {
  return {
    name,
    operands,
    run: (subject, given) => {
      const value = numberOf(subject)
      return value === undefined ? undefined : change(value, given)
    },
  }
}

/** `$85,000` → 85000; with a format `0,0.00` its text. */
const number: Operation = {
  name: 'number',
  operands: ['format?'],
  run: (subject, [format]) => {
    const digits = textOf(subject).replace(/[^\d.-]/g, '')
    const value = numberOf(subject) ?? numberOf(digits)
    if (value === undefined) return undefined
    return format === undefined ? value : formatNumber(value, textIn(format))
  },
}

const decimalsIn = (operand: Operand): number => numberOf(valueIn(operand)) ?? 0
const rounding = (name: string, change: (value: number) => number): Operation =>
  numberOperation(name, [], (value) => tidyNumber(change(value)))

export const numberHelpers = [
  number,
  numberOperation('round', ['decimals?'], (value, [decimals]) => Number(roundHalfUp(value, decimalsIn(decimals)))),
  rounding('floor', Math.floor),
  rounding('ceil', Math.ceil),
  rounding('abs', Math.abs),
]

export const numberMethods = [
  numberOperation('toFixed', ['decimals?'], (value, [decimals]) => roundHalfUp(value, decimalsIn(decimals))),
  { name: 'toString', operands: [], run: (subject) => (subject === undefined ? undefined : textOf(subject)) } satisfies Operation,
]
