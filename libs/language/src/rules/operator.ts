import type { Value } from '../typed-value.ts'

/** Whether the left value stands in the operator's relation to what is wanted: a list, bounds or pattern is read once for all leads. */
export type Against = (wanted: Value | undefined) => (value: Value | undefined) => boolean

/** How two values are compared; a new one is one of these and one line in `operators.ts`. */
export interface RuleOperator {
  /** The name in rules; the other names that people write for it come after. */
  readonly names: readonly [string, ...string[]]
  /** What must stand on the right. `pattern`: a regular expression. */
  readonly needs: 'nothing' | 'value' | 'list' | 'bounds' | 'pattern'
  /** What a rule that failed asks for: "must be equal to". */
  readonly demand: string
  readonly against: Against
}

/** The operator and its exact inverse. */
export function pair(operator: RuleOperator, inverse: Omit<RuleOperator, 'against' | 'needs'>): readonly RuleOperator[] {
  const { needs, against } = operator
  const inverted: Against = (wanted) => {
    const test = against(wanted)
    return (value) => !test(value)
  }
  return [operator, { ...inverse, needs, against: inverted }]
}
