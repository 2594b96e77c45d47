import type { Value } from '../typed-value.ts'

/** Whether the left value stands in the operator's relation to what is wanted. */
export type Test = (value: Value | undefined, wanted: Value | undefined) => boolean

/** How two values are compared; a new one is one of these and one line in `operators.ts`. */
export interface RuleOperator {
  /** The name in rules; the other names that people write for it come after. */
  readonly names: readonly [string, ...string[]]
  /** What must stand on the right. `pattern`: a regular expression. */
  readonly needs: 'nothing' | 'value' | 'list' | 'bounds' | 'pattern'
  /** What a rule that failed asks for: "must be equal to". */
  readonly demand: string
  readonly test: Test
}

/** The operator and its exact inverse. */
export function pair(operator: RuleOperator, inverse: Omit<RuleOperator, 'test' | 'needs'>): readonly RuleOperator[] {
  const { needs, test } = operator
  return [operator, { ...inverse, needs, test: (value, wanted) => !test(value, wanted) }]
}
