import type { ViewReader } from '../view.ts'
import { compileExpression } from './compile-expression.ts'
import { lexExpression } from './lex-expression.ts'
import type { KnownNames } from './names.ts'
import { parseExpression } from './parse-expression.ts'

/** Compiles one expression that stands alone, without braces: `lead.age >= 65`. Throws `SyntaxMistake`. */
export function compileStandaloneExpression(text: string, options: KnownNames = {}): ViewReader {
  const { tokens } = lexExpression(text, 0, 'end-of-text')
  const evaluate = compileExpression(parseExpression(tokens, text), text, options, 0)
  return (view) => evaluate(view, undefined)
}
