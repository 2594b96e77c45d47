import { numberOf } from '../number-of.ts'
import { UnfitValue } from '../unfit-value.ts'
import { longestText, type Operand, textIn, valueIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

function lengthIn(operand: Operand): number {
  const length = numberOf(valueIn(operand)) ?? 0
  if (length > longestText) throw new UnfitValue('…', `a text cannot be padded to ${length} characters`)
  return length
}

const filler = (operand: Operand): string => (operand === undefined ? ' ' : textIn(operand))

export const paddingMethods = [
  textOperation('padStart', ['length', 'with?'], (text, [length, fill]) => text.padStart(lengthIn(length), filler(fill))),
  textOperation('padEnd', ['length', 'with?'], (text, [length, fill]) => text.padEnd(lengthIn(length), filler(fill))),
]
