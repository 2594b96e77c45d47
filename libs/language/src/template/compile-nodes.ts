import { escaperFor } from '../escape.ts'
import { bounded } from '../operations/operation.ts'
import type { Forbidden, PlaceTracker } from '../place.ts'
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
  for (const [at, node] of nodes.entries()) {
    if (node.type === 'text') {
      parts.push(node.text)
      current = placed(around.tracker.after(current, node.text), indexOf(nodes[at - 1]), around)
    } else if (node.type === 'output') {
      parts.push(compileOutput(node, current, depth, around).write)
      current = around.tracker.afterValue(current)
    } else {
      const block = node.type === 'each' ? compileEach(node, current, depth, around) : compileIf(node, current, depth, around)
      parts.push(block.write)
      current = block.state
    }
  }
  return { write: inTurn(parts), state: current }
}

/** A text is nowhere known by its own place: what stands before it tells where to look. */
function indexOf(node: TemplateNode | undefined): number {
  return node === undefined || node.type === 'text' ? 0 : node.index
}

function placed<Found extends string>(found: Found | Forbidden, index: number, { text }: Surroundings): Found {
  if (typeof found === 'string') return found
  throw new SyntaxMistake(found.forbidden, text, index)
}

function inTurn(parts: readonly (string | Write)[]): Write {
  const [first] = parts
  if (first === undefined) return () => ''
  if (parts.length === 1) return typeof first === 'string' ? () => first : first
  return (view, loop) => {
    let out = ''
    for (const part of parts) out += typeof part === 'string' ? part : part(view, loop)
    return bounded(out)
  }
}

type Node<Type extends TemplateNode['type']> = Extract<TemplateNode, { readonly type: Type }>

/** One expression: its value, and how that is written where it stands. */
export interface CompiledOutput {
  readonly evaluate: Evaluate
  readonly write: Write
}

export function compileOutput(node: Node<'output'>, state: string, depth: number, around: Surroundings): CompiledOutput {
  const place = placed(around.tracker.place(state), node.index, around)
  const evaluate = compileWritten(node, around.text, around.known, depth)
  const written = escaperFor(place, node.written)
  return { evaluate, write: (view, loop) => written(evaluate(view, loop)) }
}

function evaluatorOf(expression: Expression, depth: number, { text, known }: Surroundings): Evaluate {
  return compileExpression(expression, text, known, depth)
}

function compileEach(node: Node<'each'>, state: string, depth: number, around: Surroundings): Compiled {
  const list = evaluatorOf(node.list, depth, around)
  const body = compileNodes(node.body, state, depth + 1, around)
  const otherwise = compileNodes(node.otherwise, state, depth, around)
  checkNextTurn(node, body.state, around)
  const end = joined([state, body.state, otherwise.state], node.index, around)
  const write: Write = (view, outer) => {
    const loop = loopOver(list(view, outer), outer)
    if (loop === undefined) return otherwise.write(view, outer)
    let out = ''
    for (; loop.index < loop.items.length; loop.index++) {
      loop.budget.turns -= 1
      if (loop.budget.turns < 0) throw new UnfitValue('#each', 'goes through too many items')
      out = bounded(out + body.write(view, loop))
    }
    return out
  }
  return { write, state: end }
}

/** What a turn leaves behind is where the next one begins. */
function checkNextTurn({ body: [first], index }: Node<'each'>, state: string, around: Surroundings): void {
  if (first?.type === 'text') placed(around.tracker.after(state, first.text), index, around)
  if (first?.type === 'output') placed(around.tracker.place(state), first.index, around)
}

function compileIf(node: Node<'if'>, state: string, depth: number, around: Surroundings): Compiled {
  const branches = node.branches.map(({ condition, body }) => {
    return { holds: evaluatorOf(condition, depth, around), body: compileNodes(body, state, depth, around) }
  })
  const otherwise = compileNodes(node.otherwise, state, depth, around)
  const end = joined([...branches.map(({ body }) => body.state), otherwise.state], node.index, around)
  const write: Write = (view, loop) => {
    for (const { holds, body } of branches) if (isTruthy(holds(view, loop))) return body.write(view, loop)
    return otherwise.write(view, loop)
  }
  return { write, state: end }
}

/** What is escaped for one place must not end up in another because a block was left out or repeated. */
function joined(states: readonly string[], index: number, { text, tracker }: Surroundings): string {
  const state = tracker.join(states)
  if (state !== undefined) return state
  throw new SyntaxMistake(
    'the block must end where it begins: in the same quotes, tag or part of a URL, whichever way it goes',
    text,
    index,
  )
}
