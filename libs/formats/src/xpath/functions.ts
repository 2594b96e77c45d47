import type { XNode } from './nodes.ts'
import { isNodes, numberOf, textOf, truthOf, type XValue } from './values.ts'

/** Where a function is called: the node, its place among its fellows (from 1), and how many they are. */
export interface Place {
  readonly node: XNode
  readonly position: number
  readonly size: number
}

type XFunction = (place: Place, args: readonly XValue[]) => XValue

const text = (place: Place, args: readonly XValue[], index = 0): string => textOf(args[index] ?? [place.node])
const nodesOf = (value: XValue | undefined): readonly XNode[] => (value !== undefined && isNodes(value) ? value : [])
const nameOf = (place: Place, args: readonly XValue[]) => (nodesOf(args[0] ?? [place.node])[0] ?? place.node).name

/** XPath 1.0 §4, as far as answers need it. A new function is one line. */
const functions: ReadonlyMap<string, XFunction> = new Map<string, XFunction>([
  ['position', ({ position }) => position],
  ['last', ({ size }) => size],
  ['count', (_, [nodes]) => nodesOf(nodes).length],
  ['sum', (_, [nodes]) => nodesOf(nodes).reduce((total, node) => total + numberOf([node]), 0)],
  ['name', nameOf],
  ['local-name', nameOf],
  ['string', text],
  ['number', (place, [value]) => numberOf(value ?? [place.node])],
  ['boolean', (_, [value = false]) => truthOf(value)],
  ['not', (_, [value = false]) => !truthOf(value)],
  ['true', () => true],
  ['false', () => false],
  ['concat', (_, args) => args.map(textOf).join('')],
  ['contains', (place, args) => text(place, args).includes(text(place, args, 1))],
  ['starts-with', (place, args) => text(place, args).startsWith(text(place, args, 1))],
  ['string-length', (place, args) => text(place, args).length],
  ['normalize-space', (place, args) => text(place, args).trim().split(/\s+/).join(' ')],
  ['substring-before', (place, args) => cut(text(place, args), text(place, args, 1)).before],
  ['substring-after', (place, args) => cut(text(place, args), text(place, args, 1)).after],
  ['translate', (_, [from = '', old = '', replaced = '']) => translate(textOf(from), textOf(old), textOf(replaced))],
])

export const functionNames: ReadonlySet<string> = new Set(functions.keys())

export function callFunction(name: string, place: Place, args: readonly XValue[]): XValue {
  return functions.get(name)?.(place, args) ?? ''
}

function cut(whole: string, at: string): { readonly before: string; readonly after: string } {
  const found = whole.indexOf(at)
  return found === -1 ? { before: '', after: '' } : { before: whole.slice(0, found), after: whole.slice(found + at.length) }
}

function translate(whole: string, old: string, replaced: string): string {
  return Array.from(whole, (char) => {
    const at = old.indexOf(char)
    return at === -1 ? char : (replaced[at] ?? '')
  }).join('')
}
