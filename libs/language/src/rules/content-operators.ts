import { includes, isBlank, looselyEqual } from '../compare.ts'
import { patternIn } from '../operations/operation.ts'
import { isList, unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { pair, type RuleOperator } from './operator.ts'

/** In a list, or in a text that lists (`CA, NY`); in other text anywhere. Of several values, one is enough. */
function isIncludedIn(value: Value | undefined, wanted: Value | undefined): boolean {
  if (isBlank(value)) return false
  const own = unwrapped(value)
  if (isList(own)) return own.some((one) => isIncludedIn(one, wanted))
  const among = unwrapped(wanted)
  if (isList(among)) return among.some((one) => looselyEqual(own, one))
  const text = textOf(among)
  if (/[,;|\n]/.test(text)) return text.split(/[,;|\n]/).some((one) => looselyEqual(own, one))
  return includes(text, own)
}

/** In any case, anywhere in the text unless the pattern says otherwise; of several values, one is enough. */
function matchesPattern(value: Value | undefined, pattern: Value | undefined): boolean {
  const own = unwrapped(value)
  if (own === undefined || own === null) return false
  if (isList(own)) return own.some((one) => matchesPattern(one, pattern))
  return patternIn(`(?i)${patternSource(textOf(pattern))}`)?.test(textOf(own)) ?? false
}

/** A pattern may be written between slashes; flags mean nothing, since case never counts here. */
export function patternSource(written: string): string {
  return /^\/(.+)\/[gimsu]*$/s.exec(written.trim())?.[1] ?? written
}

export const contentOperators: readonly RuleOperator[] = [
  ...pair(
    { names: ['is blank', 'blank'], needs: 'nothing', demand: 'must be blank', test: isBlank },
    { names: ['is not blank', 'not blank'], demand: 'must not be blank' },
  ),
  ...pair(
    { names: ['includes', 'include', 'contains'], needs: 'value', demand: 'must include', test: includes },
    { names: ['does not include', 'not includes', 'does not contain'], demand: 'must not include' },
  ),
  ...pair(
    { names: ['is included in', 'is in', 'in'], needs: 'value', demand: 'must be included in', test: isIncludedIn },
    { names: ['is not included in', 'is not in', 'not in'], demand: 'must not be included in' },
  ),
  ...pair(
    { names: ['one of'], needs: 'list', demand: 'must be one of', test: isIncludedIn },
    { names: ['not one of'], demand: 'must not be one of' },
  ),
  ...pair(
    { names: ['matches pattern', 'matches'], needs: 'pattern', demand: 'must match the pattern', test: matchesPattern },
    { names: ['does not match pattern', 'does not match'], demand: 'must not match the pattern' },
  ),
]
