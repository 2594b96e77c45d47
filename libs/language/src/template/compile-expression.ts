import { toPlain } from '../plain.ts'
import { SyntaxMistake } from '../syntax-mistake.ts'
import { isTruthy } from '../truth.ts'
import { negate } from './arithmetic.ts'
import { compileCall } from './compile-call.ts'
import type { Evaluate } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { expandMath } from './math.ts'
import { elementOf, memberOf } from './member-of.ts'
import { type KnownNames, readName, standsAlone } from './names.ts'
import { combined } from './operators.ts'

/** Compiles the expressions of one template. */
export interface Compiler {
  /** The template's text. */
  readonly text: string
  readonly compile: (expression: Expression) => Evaluate
  readonly mistake: (message: string, index: number) => SyntaxMistake
}

/** `depth`: how many `#each` stand around the expression. Throws `SyntaxMistake` for names that nobody knows. */
export function compileExpression(expression: Expression, text: string, known: KnownNames, depth: number): Evaluate {
  const mistake = (message: string, index: number): SyntaxMistake => new SyntaxMistake(message, text, index)
  const compiler: Compiler = { text, compile: (inner) => compileOne(inner, compiler, known, depth), mistake }
  return compiler.compile(expression)
}

function compileOne(expression: Expression, compiler: Compiler, known: KnownNames, depth: number): Evaluate {
  const { compile } = compiler
  switch (expression.type) {
    case 'literal':
      return () => expression.value
    case 'pattern':
      throw compiler.mistake('a pattern stands in match, replace, split and the like only', expression.index)
    case 'list': {
      const items = expression.items.map(compile)
      return (view, loop) => items.map((item) => toPlain(item(view, loop)) ?? null)
    }
    case 'name':
    case 'member':
      return compilePath(expression, compiler, known, depth)
    case 'element': {
      const [object, key] = [compile(expression.object), compile(expression.key)]
      return (view, loop) => elementOf(object(view, loop), key(view, loop))
    }
    case 'method': {
      const { name, object, operands, index } = expression
      return compileCall({ kind: 'method', name, subject: object, operands, named: new Map(), index }, compiler)
    }
    case 'pipe': {
      const { name, input, operands, index } = expression
      return compileCall({ kind: 'pipe', name, subject: input, operands, named: new Map(), index }, compiler)
    }
    case 'helper': {
      if (expression.name === 'math') return compile(expandMath(expression, compiler))
      const [subject, ...operands] = expression.operands
      return compileCall({ ...expression, kind: 'helper', subject, operands }, compiler)
    }
    case 'unary': {
      const operand = compile(expression.operand)
      if (expression.operator === '-') return (view, loop) => negate(operand(view, loop))
      return (view, loop) => !isTruthy(operand(view, loop))
    }
    case 'binary':
      return combined(expression.operator, compile(expression.left), compile(expression.right))
    case 'choice': {
      const [condition, yes, no] = [compile(expression.condition), compile(expression.yes), compile(expression.no)]
      return (view, loop) => (isTruthy(condition(view, loop)) ? yes(view, loop) : no(view, loop))
    }
  }
}

type Path = Extract<Expression, { type: 'name' | 'member' }>

/** A chain of names is read in one go. */
function compilePath(expression: Path, compiler: Compiler, known: KnownNames, depth: number): Evaluate {
  const names: string[] = []
  let start: Expression = expression
  while (start.type === 'member') {
    names.unshift(start.name)
    start = start.object
  }
  if (start.type !== 'name') {
    const object = compiler.compile(start)
    return (view, loop) => names.reduce(memberOf, object(view, loop))
  }
  const read = readName(start.name, names, known, depth)
  if (read.type === 'read') return read.evaluate
  const { name, index } = start
  if (names.length > 0 || !standsAlone(name)) throw compiler.mistake(read.why, index)
  return compileCall({ kind: 'helper', name, subject: undefined, operands: [], named: new Map(), index }, compiler)
}
