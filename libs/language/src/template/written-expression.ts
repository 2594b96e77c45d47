import { UnfitValue } from '../unfit-value.ts'
import { compileExpression } from './compile-expression.ts'
import type { Evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import type { KnownNames } from './names.ts'

/** An expression as it is written between its braces. */
export interface Written {
  readonly expression: Expression
  readonly written: string
}

/** The expression compiled; an operation that refuses a value names it. */
export function compileWritten({ expression, written }: Written, text: string, known: KnownNames, depth: number): Evaluate {
  const evaluate = compileExpression(expression, text, known, depth)
  if (expression.type === 'name' || expression.type === 'member') return evaluate
  return (view, loop) => {
    try {
      return evaluate(view, loop)
    } catch (thrown) {
      throw thrown instanceof UnfitValue ? new UnfitValue(written, thrown.why) : thrown
    }
  }
}
