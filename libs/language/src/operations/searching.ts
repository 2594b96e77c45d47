import { looselyEqual } from '../compare.ts'
import { isList, toPlain } from '../plain.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { isPattern, type Operation, patternIn, textIn, valueIn } from './operation.ts'
import { textOperation } from './text-operation.ts'

/** `match(/ID: (\d+)/)[1]`: the whole match and its groups; with the flag g all whole matches. */
const match = textOperation(
  'match',
  ['pattern'],
  (text, [operand]) => {
    const pattern = patternIn(operand)
    if (isPattern(operand) && operand.global) return allMatches(text, operand)
    return pattern?.match(text)?.map((group) => group ?? null)
  },
  ['pattern'],
)

function allMatches(text: string, { pattern }: { readonly pattern: { readonly matchAll: (text: string) => readonly string[] } }) {
  const found = pattern.matchAll(text)
  return found.length === 0 ? undefined : found
}

/** `extract lead.note pattern="ID: (\d+)"`: the first group, or all of the match when there is none. */
const extract = textOperation(
  'extract',
  ['pattern', 'group?'],
  (text, [operand, group]) => {
    const groups = patternIn(operand)?.match(text)
    if (groups === undefined) return undefined
    const wanted = group === undefined ? Math.min(1, groups.length - 1) : Number(textIn(group))
    return groups[wanted]
  },
  ['pattern'],
)

const matches = textOperation('matches', ['pattern'], (text, [operand]) => patternIn(operand)?.test(text) ?? false, ['pattern'])

/** Methods of lists too: `lead.tags.includes('a')`. */
function holding(
  name: string,
  inText: (text: string, part: string) => Value,
  inList: (items: readonly Value[], item: Value | undefined) => Value,
): Operation {
  return {
    name,
    operands: ['value'],
    run: (subject, [wanted]) => {
      const plain = toPlain(subject)
      if (plain === undefined || plain === null) return undefined
      return isList(plain) ? inList(plain, valueIn(wanted)) : inText(textOf(plain), textIn(wanted))
    },
  }
}

const indexIn = (items: readonly Value[], item: Value | undefined): number => items.findIndex((one) => looselyEqual(one, item))
const startsWith = textOperation('startsWith', ['text'], (text, [part]) => text.startsWith(textIn(part)))
const endsWith = textOperation('endsWith', ['text'], (text, [part]) => text.endsWith(textIn(part)))

export const searchingHelpers = [extract]

export const searchingMethods = [
  match,
  matches,
  startsWith,
  endsWith,
  holding(
    'includes',
    (text, part) => text.includes(part),
    (items, item) => indexIn(items, item) >= 0,
  ),
  holding('indexOf', (text, part) => text.indexOf(part), indexIn),
]
