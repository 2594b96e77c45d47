import { readBounds } from '../bounds.ts'
import { compareLoosely, isBlank, looselyEqual, ordered } from '../compare.ts'
import { isList, unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { type Against, pair, type RuleOperator } from './operator.ts'

const inOrder = (accept: (order: number) => boolean): Against => {
  const holds = ordered(accept)
  return (wanted) => (value) => holds(value, wanted)
}

/** Both ends count. */
const isBetween: Against = (wanted) => {
  const ends = endsOf(wanted)
  return (value) => {
    if (ends === undefined || isBlank(value)) return false
    const [from, to] = ends.map((end) => compareLoosely(value, end))
    return from !== undefined && to !== undefined && from >= 0 && to <= 0
  }
}

/** `[40, 45]` or `40-45`; undefined for what has not two ends. */
export function endsOf(wanted: Value | undefined): readonly [Value, Value] | undefined {
  const given = unwrapped(wanted)
  if (isList(given))
    return given.length === 2 && given[0] !== undefined && given[1] !== undefined ? [given[0], given[1]] : undefined
  const bounds = readBounds(textOf(given))
  return bounds === undefined ? undefined : [bounds.from, bounds.to]
}

export const orderOperators: readonly RuleOperator[] = [
  ...pair(
    {
      names: ['is equal to', 'equal', 'equals', '==', '=', 'is'],
      needs: 'value',
      demand: 'must be equal to',
      against: (wanted) => (value) => looselyEqual(value, wanted),
    },
    { names: ['is not equal to', 'not equal', '!=', 'is not'], demand: 'must not be equal to' },
  ),
  {
    names: ['is greater than', 'greater than', 'is more than', 'is above', 'is over', '>'],
    needs: 'value',
    demand: 'must be greater than',
    against: inOrder((order) => order > 0),
  },
  {
    names: ['is greater than or equal to', 'greater than or equal', 'is at least', '>='],
    needs: 'value',
    demand: 'must be greater than or equal to',
    against: inOrder((order) => order >= 0),
  },
  {
    names: ['is less than', 'less than', 'is below', 'is under', '<'],
    needs: 'value',
    demand: 'must be less than',
    against: inOrder((order) => order < 0),
  },
  {
    names: ['is less than or equal to', 'less than or equal', 'is at most', '<='],
    needs: 'value',
    demand: 'must be less than or equal to',
    against: inOrder((order) => order <= 0),
  },
  ...pair(
    { names: ['is between', 'between'], needs: 'bounds', demand: 'must be between', against: isBetween },
    { names: ['is not between', 'not between'], demand: 'must not be between' },
  ),
]
