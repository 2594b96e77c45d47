import type { Json } from '@leadline/domain'
import { compareLoosely, includes, isBlank, looselyEqual } from './compare.ts'
import { suggestion } from './nearest-name.ts'
import { SyntaxMistake } from './syntax-mistake.ts'
import { textOf } from './text-of.ts'
import type { Value } from './typed-value.ts'
import { compileViewPath, type View } from './view.ts'

export interface ConditionSpec {
  /** A path of the view: `appended.phone_check.valid`. */
  readonly path: string
  readonly is: string
  /** What to compare with; a list for `one of`. Not used by `blank`. */
  readonly value?: Json | undefined
}

export interface Condition {
  readonly holds: (view: View) => boolean
  /** Why it did not hold, for people: `lead.state "TX" is not one of CA, NY`. */
  readonly complaint: (view: View) => string
}

type Test = (value: Value | undefined, wanted: Json | undefined) => boolean

interface Operator {
  readonly needs: 'nothing' | 'value' | 'list'
  readonly test: Test
}

const ordered = (accept: (order: number) => boolean): Test => {
  return (value, wanted) => {
    const order = compareLoosely(value, wanted)
    return order !== undefined && accept(order)
  }
}
const oneOf: Test = (value, wanted) => Array.isArray(wanted) && wanted.some((item) => looselyEqual(value, item))

const operators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['equal', { needs: 'value', test: looselyEqual }],
  ['not equal', { needs: 'value', test: (value, wanted) => !looselyEqual(value, wanted) }],
  ['greater than', { needs: 'value', test: ordered((order) => order > 0) }],
  ['greater than or equal', { needs: 'value', test: ordered((order) => order >= 0) }],
  ['less than', { needs: 'value', test: ordered((order) => order < 0) }],
  ['less than or equal', { needs: 'value', test: ordered((order) => order <= 0) }],
  ['blank', { needs: 'nothing', test: isBlank }],
  ['not blank', { needs: 'nothing', test: (value) => !isBlank(value) }],
  ['includes', { needs: 'value', test: includes }],
  ['not includes', { needs: 'value', test: (value, wanted) => !includes(value, wanted) }],
  ['one of', { needs: 'list', test: oneOf }],
  ['not one of', { needs: 'list', test: (value, wanted) => !oneOf(value, wanted) }],
])

/** The names that `is` can have. */
export const conditionOperators: readonly string[] = [...operators.keys()]

/** A condition over a view: any case, `"123"` = 123; a comparison with a blank side does not hold. Throws `SyntaxMistake`. */
export function compileCondition(spec: ConditionSpec): Condition {
  const read = compileViewPath(spec.path)
  const operator = operators.get(spec.is)
  if (operator === undefined) {
    throw new SyntaxMistake(`"${spec.is}" is not an operator${suggestion(spec.is, conditionOperators)}`, spec.is, 0)
  }
  checkValue(spec, operator)
  const wanted = spec.value
  const wantedText = Array.isArray(wanted) ? wanted.map(textOf).join(', ') : textOf(wanted)
  return {
    holds: (view) => operator.test(read(view), wanted),
    complaint: (view) => {
      const opposite = spec.is.startsWith('not ') ? spec.is.slice(4) : `not ${spec.is}`
      return `${spec.path} "${textOf(read(view)).slice(0, 80)}" is ${opposite}${wantedText === '' ? '' : ` ${wantedText}`}`
    },
  }
}

function checkValue({ is, value }: ConditionSpec, operator: Operator): void {
  switch (operator.needs) {
    case 'nothing':
      if (value !== undefined) throw new SyntaxMistake(`"${is}" takes no value`, is, 0)
      return
    case 'value':
      if (value === undefined || value === null) throw new SyntaxMistake(`"${is}" needs a value`, is, 0)
      return
    case 'list':
      if (!Array.isArray(value) || value.length === 0) throw new SyntaxMistake(`"${is}" needs a list of values`, is, 0)
  }
}
