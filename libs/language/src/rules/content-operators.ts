import { includes, isBlank, looselyEqual } from '../compare.ts'
import { compileWrittenPattern } from '../judge/written-pattern.ts'
import type { LinearPattern } from '../linear-pattern.ts'
import { isList, unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { type Against, pair, type RuleOperator } from './operator.ts'

/** In a list, or in a text that lists (`CA, NY`); in other text anywhere. Of several values, one is enough. */
const isIncludedIn: Against = (wanted) => {
  const among = unwrapped(wanted)
  const text = isList(among) ? '' : textOf(among)
  const listed = isList(among) ? among : /[,;|\n]/.test(text) ? text.split(/[,;|\n]/) : undefined
  const isAmong = (own: Value): boolean =>
    listed === undefined ? includes(text, own) : listed.some((one) => looselyEqual(own, one))
  return ofAny((own) => !isBlank(own) && isAmong(own))
}

/** In any case, anywhere in the text unless the pattern says otherwise; of several values, one is enough. */
const matchesPattern: Against = (wanted) => {
  const pattern = recentPattern(textOf(wanted))
  return ofAny((own) => pattern?.test(textOf(own)) ?? false)
}

/** Nothing has a value to ask for; of the values of a list, one is enough. */
function ofAny(test: (own: Value) => boolean): (value: Value | undefined) => boolean {
  return function holds(value): boolean {
    const own = unwrapped(value)
    if (isList(own)) return own.some(holds)
    return own !== undefined && own !== null && test(own)
  }
}

const recent = new Map<string, LinearPattern | undefined>()

/** A pattern that comes with the lead is mostly one of a few; undefined: it is none. */
function recentPattern(source: string): LinearPattern | undefined {
  if (!recent.has(source)) {
    if (recent.size >= 200) recent.clear()
    const compiled = compileWrittenPattern(source)
    recent.set(source, compiled.type === 'pattern' ? compiled.pattern : undefined)
  }
  return recent.get(source)
}

export const contentOperators: readonly RuleOperator[] = [
  ...pair(
    { names: ['is blank', 'blank'], needs: 'nothing', demand: 'must be blank', against: () => isBlank },
    { names: ['is not blank', 'not blank'], demand: 'must not be blank' },
  ),
  ...pair(
    {
      names: ['includes', 'include', 'contains'],
      needs: 'value',
      demand: 'must include',
      against: (wanted) => (value) => includes(value, wanted),
    },
    { names: ['does not include', 'not includes', 'does not contain'], demand: 'must not include' },
  ),
  ...pair(
    { names: ['is included in', 'is in', 'in'], needs: 'value', demand: 'must be included in', against: isIncludedIn },
    { names: ['is not included in', 'is not in', 'not in'], demand: 'must not be included in' },
  ),
  ...pair(
    { names: ['one of'], needs: 'list', demand: 'must be one of', against: isIncludedIn },
    { names: ['not one of'], demand: 'must not be one of' },
  ),
  ...pair(
    { names: ['matches pattern', 'matches'], needs: 'pattern', demand: 'must match the pattern', against: matchesPattern },
    { names: ['does not match pattern', 'does not match'], demand: 'must not match the pattern' },
  ),
]
