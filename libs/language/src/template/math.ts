import { SyntaxMistake } from '../syntax-mistake.ts'
import type { Compiler } from './compile-expression.ts'
import { type BinaryOperator, binaryOperators, type Expression } from './expression.ts'
import { lexExpression } from './lex-expression.ts'
import { parseExpression } from './parse-expression.ts'

type Helper = Extract<Expression, { type: 'helper' }>

/** `math "lead.age + 1"` and `math lead.age "+" 1` are the expression they speak of; `decimals=2` rounds it. */
export function expandMath(call: Helper, compiler: Compiler): Expression {
  const calculated = calculation(call, compiler)
  const decimals = call.named.get('decimals')
  const other = [...call.named.keys()].find((name) => name !== 'decimals')
  if (other !== undefined) throw compiler.mistake(`"math" has no "${other}"; allowed: decimals`, call.index)
  if (decimals === undefined) return calculated
  return { type: 'pipe', input: calculated, name: 'round', operands: [decimals], index: call.index }
}

function calculation({ operands, index }: Helper, compiler: Compiler): Expression {
  const [first, operator, second] = operands
  if (first?.type === 'literal' && typeof first.value === 'string' && operator === undefined) {
    return parsed(first.value, first.index, compiler)
  }
  if (first !== undefined && second !== undefined && operands.length === 3 && operator?.type === 'literal') {
    const sign = signOf(operator.value)
    if (sign !== undefined) return { type: 'binary', operator: sign, left: first, right: second, index }
  }
  throw compiler.mistake('"math" takes a calculation in quotes: {{math "lead.age + 1"}}', index)
}

function signOf(value: unknown): BinaryOperator | undefined {
  return binaryOperators
    .slice(-2)
    .flat()
    .find((sign) => sign === value)
}

function parsed(text: string, index: number, compiler: Compiler): Expression {
  try {
    // What is wrong in the calculation is told where the helper's text stands.
    const tokens = lexExpression(text, 0, 'end-of-text').tokens.map((token) => ({ ...token, index }))
    return parseExpression(tokens, compiler.text)
  } catch (thrown) {
    if (!(thrown instanceof SyntaxMistake)) throw thrown
    throw compiler.mistake(thrown.what, index)
  }
}
