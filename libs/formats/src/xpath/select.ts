import type { XNode } from './nodes.ts'
import type { Axis, NodeTest } from './syntax.ts'

/** The nodes of an axis that pass the test, nearest first. `visit` is called for each node looked at. */
export function select(from: XNode, axis: Axis, test: NodeTest, visit: () => void): XNode[] {
  const found: XNode[] = []
  walk(from, axis, (node) => {
    visit()
    if (passes(node, test, axis)) found.push(node)
  })
  return found
}

function walk(from: XNode, axis: Axis, use: (node: XNode) => void): void {
  switch (axis) {
    case 'self':
      return use(from)
    case 'child':
      return from.children.forEach(use)
    case 'attribute':
      return from.attributes.forEach(use)
    case 'parent':
      return from.parent === undefined ? undefined : use(from.parent)
    case 'descendant':
      return walkDown(from, use)
    case 'descendant-or-self':
      use(from)
      return walkDown(from, use)
    case 'ancestor':
      return walkUp(from.parent, use)
    case 'ancestor-or-self':
      return walkUp(from, use)
    case 'following-sibling':
      return siblings(from)
        .filter(({ order }) => order > from.order)
        .forEach(use)
    case 'preceding-sibling':
      return siblings(from)
        .filter(({ order }) => order < from.order)
        .reverse()
        .forEach(use)
  }
}

function walkDown(from: XNode, use: (node: XNode) => void): void {
  for (const child of from.children) {
    use(child)
    walkDown(child, use)
  }
}

function walkUp(from: XNode | undefined, use: (node: XNode) => void): void {
  for (let node = from; node !== undefined; node = node.parent) use(node)
}

function siblings(from: XNode): XNode[] {
  return from.kind === 'attribute' ? [] : [...(from.parent?.children ?? [])]
}

function passes(node: XNode, test: NodeTest, axis: Axis): boolean {
  switch (test.type) {
    case 'node':
      return true
    case 'text':
      return node.kind === 'text'
    case 'any':
      return node.kind === (axis === 'attribute' ? 'attribute' : 'element')
    case 'name':
      return node.name === test.name && node.kind === (axis === 'attribute' ? 'attribute' : 'element')
  }
}
