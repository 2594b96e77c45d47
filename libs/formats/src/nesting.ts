import { isJsonObject, type Json, type JsonObject, LeadlineError } from '@leadline/domain'

/** Puts values, one for each path it was compiled for, in their places; an undefined one leaves no hole. */
export type Nesting = (values: readonly (Json | undefined)[]) => Json

/** One name on the way to a place. */
export interface PathSegment {
  readonly name: string
  /** Written as digits, so its siblings may make an array; `{123}` is never one. */
  readonly index: boolean
}

/**
 * A nested value from flat paths: `person.first` nests, digits make arrays with their holes closed (also at the root), `data{123}` makes a
 * key out of digits and `{a.b}` a key with a dot. Where a value stands in the way of a longer path it moves to the key `textKey`, or the
 * later one wins. Throws CONFIGURATION for a path that cannot be read.
 */
export function compileNesting(paths: readonly (string | readonly PathSegment[])[], textKey: string | null = null): Nesting {
  const parsed = paths.map((path) => (typeof path === 'string' ? parseFieldPath(path) : path))
  return (values) => {
    const root = emptyNode()
    for (const [index, segments] of parsed.entries()) {
      const value = values[index]
      if (value !== undefined) put(root, segments, value, textKey)
    }
    return valueIn(root)
  }
}

const segmentPattern = /\.?(?:\{([^{}]+)\}|\[(\d{1,9})\])|(?:^|\.)([^.{}[\]]+)/y

/** The names in a path, for `compileNesting`. Throws CONFIGURATION. */
export function parseFieldPath(path: string): readonly PathSegment[] {
  const segments: PathSegment[] = []
  segmentPattern.lastIndex = 0
  while (segmentPattern.lastIndex < path.length && !path.startsWith('.')) {
    const found = segmentPattern.exec(path)
    if (found === null) break
    const [, quoted, bracketed, plain = ''] = found
    if (quoted !== undefined) segments.push({ name: quoted, index: false })
    else segments.push({ name: bracketed ?? plain, index: bracketed !== undefined || /^\d{1,9}$/.test(plain) })
    if (segmentPattern.lastIndex === path.length) return segments
  }
  throw new LeadlineError('CONFIGURATION', `"${path}" is not a path of names between dots`, { fields: { path } })
}

interface Node {
  value: Json | undefined
  readonly children: Map<string, Node>
  /** All children so far were written as digits. */
  indexed: boolean
}

function emptyNode(): Node {
  return { value: undefined, children: new Map(), indexed: true }
}

function put(root: Node, segments: readonly PathSegment[], value: Json, textKey: string | null): void {
  let node = root
  for (const { name, index } of segments) {
    makeRoom(node, textKey)
    node.indexed &&= index
    const known = node.children.get(name)
    const child = known ?? emptyNode()
    if (known === undefined) node.children.set(name, child)
    node = child
  }
  if (textKey !== null && node.children.size > 0) return put(node, [{ name: textKey, index: false }], value, null)
  node.children.clear()
  node.value = value
}

/** Before a child is added to what was a value. */
function makeRoom(node: Node, textKey: string | null): void {
  const { value } = node
  if (value === undefined) return
  node.value = undefined
  node.indexed = true
  const members = isJsonObject(value) ? Object.entries(value) : textKey === null ? [] : [[textKey, value] as const]
  for (const [name, item] of members) put(node, [{ name, index: false }], item, null)
}

function valueIn(node: Node): Json {
  if (node.value !== undefined) return node.value
  if (node.indexed && node.children.size > 0) {
    return Array.from(node.children)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, child]) => valueIn(child))
  }
  const members: JsonObject = Object.fromEntries(Array.from(node.children, ([name, child]) => [name, valueIn(child)]))
  return members
}
