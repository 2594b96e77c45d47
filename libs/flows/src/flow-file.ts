import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Mistake, Place } from './mistake.ts'
import { placeInScalar } from './place-in-scalar.ts'

/** A flow file as plain values, and where each of them stands. */
export interface FlowFile {
  readonly file: string
  readonly value: unknown
  /** Of the key or item at the path, or of the nearest place that exists. */
  readonly placeOf: (path: readonly (string | number)[]) => Place
  /** Of a place within the text at the path, or of what is no text itself; undefined where it cannot be told. */
  readonly placeWithin: (path: readonly (string | number)[], within: Place) => Place | undefined
  /** Mistakes of the YAML itself. */
  readonly mistakes: readonly Mistake[]
}

/** Reads YAML 1.2; never throws: what is wrong is in `mistakes`. */
export function parseFlowFile(file: string, text: string): FlowFile {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const problems = [...document.errors, ...document.warnings]
  // Whatever follows the first break of the syntax is its echo.
  const firstBreak = problems.find(({ code }) => code !== 'DUPLICATE_KEY')
  const told = problems.filter((problem) => problem === firstBreak || problem.code === 'DUPLICATE_KEY')
  const mistakes = told.map((error): Mistake => {
    return { file, ...placeAt(counter, error.pos[0]), path: [], message: error.message }
  })
  const start = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined)

  const find = (path: readonly (string | number)[]): { readonly offset: number; readonly node: unknown } => {
    let node: unknown = document.contents
    let offset = start(node) ?? 0
    for (const part of path) {
      if (isAlias(node)) node = node.resolve(document)
      const found = childOf(node, part)
      if (found === undefined) return { offset, node: undefined }
      offset = start(found.at) ?? offset
      node = found.node
    }
    return { offset, node }
  }
  const places: Pick<FlowFile, 'placeOf' | 'placeWithin'> = {
    placeOf: (path) => placeAt(counter, find(path).offset),
    placeWithin(path, within) {
      const found = find(path)
      const offset = isScalar(found.node) ? placeInScalar(found.node, text, within) : found.offset
      return offset === undefined ? undefined : placeAt(counter, offset)
    },
  }

  if (mistakes.length > 0) return { file, value: undefined, ...places, mistakes }
  try {
    return { file, value: document.toJS(), ...places, mistakes }
  } catch (error) {
    // Aliases without their anchor, or so many that the document would explode.
    const message = error instanceof Error ? error.message : String(error)
    return { file, value: undefined, ...places, mistakes: [{ file, line: 1, column: 1, path: [], message }] }
  }
}

function placeAt(counter: LineCounter, offset: number): Place {
  const { line, col } = counter.linePos(offset)
  return { line, column: col }
}

function isNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node)
}

function childOf(node: unknown, part: string | number): { readonly at: unknown; readonly node: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
    return pair === undefined ? undefined : { at: pair.key, node: pair.value }
  }
  const item = isSeq(node) ? node.items[Number(part)] : undefined
  return item === undefined ? undefined : { at: item, node: item }
}
