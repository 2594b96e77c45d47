import type { Json, JsonObject } from '@leadline/domain'

/** Fields under construction from path and text pairs. Maps, so that no name (`__proto__`) touches a prototype and no index makes holes. */
export interface FieldTree {
  readonly texts: string[]
  readonly children: Map<string, FieldTree>
  /** A name ended in `[]`: an array even when there is one value. */
  list: boolean
}

export function emptyTree(): FieldTree {
  return { texts: [], children: new Map(), list: false }
}

/** An empty last segment (`tags[]`) makes its parent an array. */
export function addField(tree: FieldTree, path: readonly string[], text: string): void {
  let node = tree
  for (const segment of path) {
    if (segment === '' && path.length > 1) node.list = true
    else node = childOf(node, segment)
  }
  node.texts.push(text)
}

/** The tree as JSON: repeated values make arrays, and so do names that are all digits, in their order, holes closed. */
export function fieldsOf(tree: FieldTree): JsonObject {
  return Object.fromEntries(Array.from(tree.children, ([name, child]) => [name, jsonOf(child)]))
}

function childOf(node: FieldTree, name: string): FieldTree {
  const known = node.children.get(name)
  if (known !== undefined) return known
  const child = emptyTree()
  node.children.set(name, child)
  return child
}

function jsonOf(node: FieldTree): Json {
  const indexed = node.children.size > 0 && Array.from(node.children.keys()).every((name) => /^\d{1,9}$/.test(name))
  const nested = indexed ? itemsOf(node) : node.children.size > 0 ? [fieldsOf(node)] : []
  const values: Json[] = [...node.texts, ...nested]
  const [only] = values
  return values.length === 1 && only !== undefined && !indexed && !node.list ? only : values
}

function itemsOf(node: FieldTree): Json[] {
  return Array.from(node.children)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, child]) => jsonOf(child))
}
