import { compileLinearPattern } from '../linear-pattern.ts'
import { suggestion } from '../nearest-name.ts'
import { type Operand, type Operation, patternOperand } from '../operations/operation.ts'
import { helpers, methods } from '../operations/operations.ts'
import type { View } from '../view.ts'
import type { Compiler } from './compile-expression.ts'
import type { Evaluate, Loop } from './evaluate.ts'
import type { Expression, Named } from './expression.ts'

type Argument = (view: View, loop: Loop | undefined) => Operand

/** What is called: the subject, and the operands by place and by name. */
export interface Call {
  readonly kind: 'helper' | 'method' | 'pipe'
  readonly name: string
  readonly subject: Expression | undefined
  readonly operands: readonly Expression[]
  readonly named: Named
  readonly index: number
}

export function compileCall(call: Call, compiler: Compiler): Evaluate {
  const known = call.kind === 'method' ? methods : helpers
  const operation = known.get(call.name)
  if (operation === undefined) {
    throw compiler.mistake(`there is no ${call.kind} "${call.name}"${nearestOf(call.name, known)}`, call.index)
  }
  const subject = subjectOf(call, operation, compiler)
  const given = argumentsOf(call, operation, compiler)
  const { run } = operation
  const [first] = given
  if (first === undefined) return (view, loop) => run(subject(view, loop), [], view)
  if (given.length === 1) return (view, loop) => run(subject(view, loop), [first(view, loop)], view)
  return (view, loop) =>
    run(
      subject(view, loop),
      given.map((one) => one(view, loop)),
      view,
    )
}

function nearestOf(name: string, known: ReadonlyMap<string, Operation>): string {
  return suggestion(name, [...known.keys()].sort())
}

function subjectOf({ name, subject, index }: Call, operation: Operation, compiler: Compiler): Evaluate {
  if (subject !== undefined) return compiler.compile(subject)
  if (operation.alone) return () => undefined
  throw compiler.mistake(`"${name}" needs a value: {{${name} lead.email}}`, index)
}

/** Operands in the order of their names; those that are not given at the end are left out. */
function argumentsOf(call: Call, operation: Operation, compiler: Compiler): Argument[] {
  const { operands, named, name, index } = call
  if (operands.length > operation.operands.length) {
    throw compiler.mistake(`"${name}" takes ${describe(operation)}`, operands[operation.operands.length]?.index ?? index)
  }
  const names = operation.operands.map((one) => one.replace('?', '').split('|'))
  for (const [given, value] of named) {
    if (names.flat().includes(given)) continue
    throw compiler.mistake(`"${name}" has no "${given}"${suggestion(given, names.flat())}`, value.index)
  }
  const places = names.map(
    (known, place) => known.map((one) => named.get(one)).find((one) => one !== undefined) ?? operands[place],
  )
  const missing = operation.operands.find((one, place) => !one.endsWith('?') && places[place] === undefined)
  if (missing !== undefined) throw compiler.mistake(`"${name}" needs its ${missing.split('|')[0]}`, index)
  const last = places.findLastIndex((one) => one !== undefined)
  return places.slice(0, last + 1).map((one, place) => argumentOf(one, operation, names[place]?.[0] ?? '', compiler))
}

function describe({ operands }: Operation): string {
  return operands.length === 0
    ? 'no operands'
    : `at most ${operands.length}: ${operands.map((one) => one.replace(/\|[^?]*/, '')).join(', ')}`
}

function argumentOf(expression: Expression | undefined, operation: Operation, name: string, compiler: Compiler): Argument {
  if (expression === undefined) return () => undefined
  if (expression.type === 'pattern') {
    const operand = patternOperand(expression.pattern, expression.global)
    return () => operand
  }
  if (expression.type !== 'literal' || typeof expression.value !== 'string') return compiler.compile(expression)
  const refused = operation.check?.[name]?.(expression.value)
  if (refused !== undefined) throw compiler.mistake(refused, expression.index)
  if (operation.patterns?.includes(name) !== true) return compiler.compile(expression)
  const compiled = compileLinearPattern(expression.value)
  if (compiled.type === 'refused') throw compiler.mistake(compiled.why, expression.index)
  const operand = patternOperand(compiled.pattern, false)
  return () => operand
}
