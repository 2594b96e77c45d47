import { contentOperators } from './content-operators.ts'
import type { RuleOperator } from './operator.ts'
import { orderOperators } from './order-operators.ts'
import { truthOperators } from './truth-operators.ts'

/** Every operator that rules and conditions know. */
export const operators: readonly RuleOperator[] = [...orderOperators, ...contentOperators, ...truthOperators]

/** What the operators are called in rules, without the other names that are understood too. */
export const ruleOperators: readonly string[] = operators.map(({ names: [name] }) => name)

const byName: ReadonlyMap<string, RuleOperator> = new Map(
  operators.flatMap((operator) => operator.names.map((name) => [name, operator] as const)),
)

/** In any case, with any blanks between the words. */
export function operatorNamed(name: string): RuleOperator | undefined {
  return byName.get(name.trim().toLowerCase().replace(/\s+/g, ' '))
}
