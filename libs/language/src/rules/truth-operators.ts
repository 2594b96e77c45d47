import { isBlank } from '../compare.ts'
import { unwrapped } from '../plain.ts'
import { textOf } from '../text-of.ts'
import { isTyped, type Value } from '../typed-value.ts'
import { yesOrNo } from '../yes-no.ts'
import { pair, type RuleOperator } from './operator.ts'

const truthOf = (value: Value | undefined): boolean | undefined => yesOrNo(textOf(value))

/** What a type says of its value; a value without a type is valid when there is one. */
function isValid(value: Value | undefined): boolean {
  if (isTyped(value)) return value.valid
  const plain = unwrapped(value)
  return typeof plain === 'boolean' ? plain : !isBlank(plain)
}

export const truthOperators: readonly RuleOperator[] = [
  ...pair(
    { names: ['is true'], needs: 'nothing', demand: 'must be true', against: () => (value) => truthOf(value) === true },
    { names: ['is not true'], demand: 'must not be true' },
  ),
  ...pair(
    { names: ['is false'], needs: 'nothing', demand: 'must be false', against: () => (value) => truthOf(value) === false },
    { names: ['is not false'], demand: 'must not be false' },
  ),
  ...pair(
    { names: ['format is valid', 'is valid'], needs: 'nothing', demand: 'must have a valid format', against: () => isValid },
    { names: ['format is invalid', 'format is not valid', 'is not valid', 'is invalid'], demand: 'must have an invalid format' },
  ),
]
