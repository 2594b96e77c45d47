import type { XmlElement } from '../xml-tree.ts'
import { callFunction, type Place } from './functions.ts'
import { documentOf, stringValue, type XNode } from './nodes.ts'
import { parseXPath } from './parse-xpath.ts'
import { select } from './select.ts'
import type { Expression, Step } from './syntax.ts'
import { XPathMistake } from './tokens.ts'
import { compare, isNodes, numberOf, textOf, truthOf, type XValue } from './values.ts'

/** Reads a document: the text of each node found, in document order, or the one value of an expression that is no path. */
export type XPathReader = (root: XmlElement) => readonly string[]

// A path that looks at more than this is written wrongly, or the document is hostile; it finds nothing.
const mostVisits = 100_000

/**
 * XPath 1.0 without variables, namespaces, comments and processing instructions: prefixes in names mean nothing, as in `XmlElement`.
 * Throws `XPathMistake` for a path that cannot be read; the reader never throws.
 */
export function compileXPath(path: string): XPathReader {
  const expression = parseXPath(path)
  return (root) => {
    try {
      const node = documentOf(root)
      const value = evaluate(expression, { node, position: 1, size: 1 }, { root: node, visits: 0 })
      return isNodes(value) ? value.map(stringValue) : [textOf(value)]
    } catch (thrown) {
      if (thrown instanceof XPathMistake) return []
      throw thrown
    }
  }
}

interface Run {
  readonly root: XNode
  visits: number
}

function evaluate(expression: Expression, place: Place, run: Run): XValue {
  switch (expression.type) {
    case 'text':
      return expression.text
    case 'number':
      return expression.number
    case 'call':
      return callFunction(
        expression.name,
        place,
        expression.args.map((arg) => evaluate(arg, place, run)),
      )
    case 'path':
      return expression.steps.reduce((nodes, step) => takeStep(nodes, step, run), startOf(expression.from, place, run))
    case 'filter':
      return filter(nodesIn(expression.of, place, run), expression.predicates, run)
    case 'union':
      return inOrder([...nodesIn(expression.left, place, run), ...nodesIn(expression.right, place, run)])
    default: {
      const left = evaluate(expression.left, place, run)
      if (expression.type === 'logic' && truthOf(left) === (expression.by === 'or')) return truthOf(left)
      const right = evaluate(expression.right, place, run)
      if (expression.type === 'logic') return truthOf(right)
      if (expression.type === 'compare') return compare(expression.by, left, right)
      return expression.by === '+' ? numberOf(left) + numberOf(right) : numberOf(left) - numberOf(right)
    }
  }
}

function startOf(from: 'root' | 'here' | Expression, place: Place, run: Run): readonly XNode[] {
  if (from === 'root') return [run.root]
  return from === 'here' ? [place.node] : nodesIn(from, place, run)
}

function nodesIn(expression: Expression, place: Place, run: Run): readonly XNode[] {
  const value = evaluate(expression, place, run)
  return isNodes(value) ? value : []
}

function takeStep(nodes: readonly XNode[], step: Step, run: Run): readonly XNode[] {
  const visit = () => {
    run.visits += 1
    if (run.visits > mostVisits) throw new XPathMistake('the XPath looks at too much')
  }
  const found = nodes.map((node) => filter(select(node, step.axis, step.test, visit), step.predicates, run))
  return found.length === 1 && forward(step) ? (found[0] ?? []) : inOrder(found.flat())
}

function forward({ axis }: Step): boolean {
  return axis !== 'ancestor' && axis !== 'ancestor-or-self' && axis !== 'preceding-sibling'
}

function filter(nodes: readonly XNode[], predicates: readonly Expression[], run: Run): readonly XNode[] {
  return predicates.reduce(
    (left, predicate) =>
      left.filter((node, index) => {
        const value = evaluate(predicate, { node, position: index + 1, size: left.length }, run)
        return typeof value === 'number' ? value === index + 1 : truthOf(value)
      }),
    nodes,
  )
}

function inOrder(nodes: readonly XNode[]): readonly XNode[] {
  return [...new Set(nodes)].sort((a, b) => a.order - b.order)
}
