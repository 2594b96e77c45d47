import type { Json } from '@leadline/domain'
import type { LinearPattern } from '../linear-pattern.ts'

/** What is written between `{{` and `}}`; `index` is where it stands in the text, for messages. */
export type Expression = (
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'pattern'; readonly pattern: LinearPattern; readonly global: boolean }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'member'; readonly object: Expression; readonly name: string }
  | { readonly type: 'element'; readonly object: Expression; readonly key: Expression }
  | { readonly type: 'method'; readonly object: Expression; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly type: 'helper'; readonly name: string; readonly operands: readonly Expression[]; readonly named: Named }
  | { readonly type: 'pipe'; readonly input: Expression; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly type: 'unary'; readonly operator: '!' | '-'; readonly operand: Expression }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly type: 'choice'; readonly condition: Expression; readonly yes: Expression; readonly no: Expression }
) & { readonly index: number }

/** Operands of a helper that are given by name: `format="MM/DD"`. */
export type Named = ReadonlyMap<string, Expression>

/** From the weakest to the strongest. */
export const binaryOperators = [
  ['||'],
  ['&&'],
  ['==', '!=', '===', '!=='],
  ['<', '<=', '>', '>=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
] as const

export type BinaryOperator = (typeof binaryOperators)[number][number]
