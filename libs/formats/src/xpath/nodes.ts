import type { XmlElement } from '../xml-tree.ts'

/** A place in a document. `order` counts in document order. */
export interface XNode {
  readonly kind: 'root' | 'element' | 'attribute' | 'text'
  readonly name: string
  readonly parent: XNode | undefined
  readonly children: readonly XNode[]
  readonly attributes: readonly XNode[]
  readonly order: number
  /** Of attributes and texts. */
  readonly value: string
}

/** The document around a root element, with ways up and to the side. */
export function documentOf(element: XmlElement): XNode {
  let order = 0
  const leaf = (kind: 'attribute' | 'text', name: string, value: string, parent: XNode): XNode => {
    order += 1
    return { kind, name, parent, children: [], attributes: [], order, value }
  }
  const grow = (source: XmlElement, parent: XNode): XNode => {
    order += 1
    const children: XNode[] = []
    const attributes: XNode[] = []
    const node: XNode = { kind: 'element', name: source.name, parent, children, attributes, order, value: '' }
    for (const [name, value] of source.attributes) attributes.push(leaf('attribute', name, value, node))
    for (const child of source.content)
      children.push(typeof child === 'string' ? leaf('text', '', child, node) : grow(child, node))
    return node
  }
  const children: XNode[] = []
  const root: XNode = { kind: 'root', name: '', parent: undefined, children, attributes: [], order: 0, value: '' }
  children.push(grow(element, root))
  return root
}

/** The text of a node and of all that is in it (XPath 1.0 §5, string-value). */
export function stringValue(node: XNode): string {
  if (node.kind === 'attribute' || node.kind === 'text') return node.value
  const [only] = node.children
  if (only === undefined) return ''
  return node.children.length === 1 ? stringValue(only) : node.children.map(stringValue).join('')
}
