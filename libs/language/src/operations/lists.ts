import { isFields, isList, unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { bounded, isPattern, numberIn, type Operand, type Operation, textIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

// More parts than any answer has that people split.
const mostParts = 100_000

/** Without a separator there is one part, as in JavaScript. */
const split = textOperation('split', ['separator?', 'limit?'], (text, [separator, limit]) => {
  if (separator === undefined) return [text]
  const parts = isPattern(separator) ? separator.pattern.split(text) : text.split(textIn(separator), mostParts)
  const most = numberIn(limit) ?? mostParts
  return parts.slice(0, most)
})

/** What is no list is a list of itself; what is not there stays nothing. */
function listOperation(
  name: string,
  operands: readonly string[],
  change: (items: readonly Value[], operands: readonly Operand[]) => Value | undefined,
): Operation {
  return {
    name,
    operands,
    run: (subject, given) => {
      const value = unwrapped(subject)
      if (value === undefined || value === null) return undefined
      return change(isList(value) ? value : [value], given)
    },
  }
}

const join = listOperation('join', ['separator?'], (items, [separator]) =>
  bounded(items.map((item) => textOf(item)).join(separator === undefined ? ',' : textIn(separator))),
)

/** Of texts and of lists. */
const slice: Operation = {
  name: 'slice',
  operands: ['start?', 'end?'],
  run: (subject, [start, end]) => {
    const value = unwrapped(subject)
    if (value === undefined || value === null) return undefined
    return (isList(value) ? value : textOf(value)).slice(numberIn(start), numberIn(end))
  },
}

const length: Operation = {
  name: 'length',
  operands: [],
  run: (subject) => {
    const value = unwrapped(subject)
    if (value === undefined || value === null) return undefined
    return isList(value) ? value.length : textOf(value).length
  },
}

const membersOf = (name: string, read: (value: Readonly<Record<string, Value>>) => readonly Value[]): Operation => ({
  name,
  operands: [],
  run: (subject) => (isFields(subject) ? read(subject) : undefined),
})

export const listHelpers = [
  join,
  length,
  listOperation('first', [], (items) => items[0]),
  listOperation('last', [], (items) => items.at(-1)),
]

export const listMethods = [
  split,
  slice,
  listOperation('reverse', [], (items) => items.toReversed()),
  membersOf('keys', (value) => Object.keys(value)),
  membersOf('values', (value) => Object.values(value)),
]
