import { escaperFor } from '../escape.ts'
import { longestText } from '../operations/operation.ts'
import type { PlaceTracker } from '../place.ts'
import { SyntaxMistake } from '../syntax-mistake.ts'
import { isTruthy } from '../truth.ts'
import { UnfitValue } from '../unfit-value.ts'
import type { View } from '../view.ts'
import { compileExpression } from './compile-expression.ts'
import type { Evaluate, Loop } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { loopOver } from './loop.ts'
import type { KnownNames } from './names.ts'
import type { TemplateNode } from './node.ts'
import { compileWritten } from './written-expression.ts'

/** Writes its part of the text. Throws `UnfitValue`. */
export type Write = (view: View, loop: Loop | undefined) => string

/** What is the same for all parts of one template. */
export interface Surroundings {
  readonly text: string
  readonly tracker: PlaceTracker
  readonly known: KnownNames
}

/** Parts of a template that follow each other, and the place behind them. */
export interface Compiled {
  readonly write: Write
  readonly state: string
}

export function compileNodes(nodes: readonly TemplateNode[], state: string, depth: number, around: Surroundings): Compiled {
  const parts: (string | Write)[] = []
  let current = state
  for (const node of nodes) {
    if (node.type === 'text') {
      parts.push(node.text)
      current = around.tracker.after(current, node.text)
    } else if (node.type === 'output') parts.push(compileOutput(node, current, depth, around))
    else {
      const block = node.type === 'each' ? compileEach(node, current, depth, around) : compileIf(node, current, depth, around)
      parts.push(block.write)
      current = block.state
    }
  }
  return { write: inTurn(parts), state: current }
}

function inTurn(parts: readonly (string | Write)[]): Write {
  const [first] = parts
  if (first === undefined) return () => ''
  if (parts.length === 1) return typeof first === 'string' ? () => first : first
  return (view, loop) => {
    let out = ''
    for (const part of parts) out += typeof part === 'string' ? part : part(view, loop)
    if (out.length > longestText) throw tooLong()
    return out
  }
}

function tooLong(): UnfitValue {
  return new UnfitValue('…', `a text of more than ${longestText} characters would be made`)
}

type Node<Type extends TemplateNode['type']> = Extract<TemplateNode, { readonly type: Type }>

function compileOutput(node: Node<'output'>, state: string, depth: number, around: Surroundings): Write {
  const place = around.tracker.place(state)
  if (typeof place !== 'string') throw new SyntaxMistake(place.forbidden, around.text, node.index)
  const evaluate = compileWritten(node, around.text, around.known, depth)
  const written = escaperFor(place, node.written)
  return (view, loop) => written(evaluate(view, loop))
}

function evaluatorOf(expression: Expression, depth: number, { text, known }: Surroundings): Evaluate {
  return compileExpression(expression, text, known, depth)
}

function compileEach(node: Node<'each'>, state: string, depth: number, around: Surroundings): Compiled {
  const list = evaluatorOf(node.list, depth, around)
  const body = compileNodes(node.body, state, depth + 1, around)
  const otherwise = compileNodes(node.otherwise, state, depth, around)
  samePlace([body.state, otherwise.state], state, node.index, around)
  const write: Write = (view, outer) => {
    const loop = loopOver(list(view, outer), outer)
    if (loop === undefined) return otherwise.write(view, outer)
    let out = ''
    for (; loop.index < loop.items.length; loop.index++) {
      loop.budget.turns -= 1
      if (loop.budget.turns < 0) throw new UnfitValue('#each', 'goes through too many items')
      out += body.write(view, loop)
      if (out.length > longestText) throw tooLong()
    }
    return out
  }
  return { write, state }
}

function compileIf(node: Node<'if'>, state: string, depth: number, around: Surroundings): Compiled {
  const branches = node.branches.map(({ condition, body }) => {
    return { holds: evaluatorOf(condition, depth, around), body: compileNodes(body, state, depth, around) }
  })
  const otherwise = compileNodes(node.otherwise, state, depth, around)
  samePlace(
    branches.map(({ body }) => body.state),
    otherwise.state,
    node.index,
    around,
  )
  const write: Write = (view, loop) => {
    for (const { holds, body } of branches) if (isTruthy(holds(view, loop))) return body.write(view, loop)
    return otherwise.write(view, loop)
  }
  return { write, state: otherwise.state }
}

/** What is escaped for one place must not end up in another because a block was left out or repeated. */
function samePlace(states: readonly string[], expected: string, index: number, { text }: Surroundings): void {
  if (states.every((state) => state === expected)) return
  throw new SyntaxMistake(
    'the block must end where it begins: in the same quotes, tag or part of a URL, whichever way it goes',
    text,
    index,
  )
}
