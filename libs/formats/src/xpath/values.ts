import { stringValue, type XNode } from './nodes.ts'
import type { Comparison } from './syntax.ts'

/** What an expression gives: nodes in document order, or a scalar. */
export type XValue = readonly XNode[] | string | number | boolean

export function isNodes(value: XValue): value is readonly XNode[] {
  return Array.isArray(value)
}

/** XPath 1.0 §4.2, string(). */
export function textOf(value: XValue): string {
  if (isNodes(value)) return value[0] === undefined ? '' : stringValue(value[0])
  return String(value)
}

/** XPath 1.0 §4.4, number(). */
export function numberOf(value: XValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  const text = textOf(value).trim()
  return /^-?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN
}

/** XPath 1.0 §4.3, boolean(). */
export function truthOf(value: XValue): boolean {
  if (isNodes(value)) return value.length > 0
  return typeof value === 'number' ? value !== 0 && !Number.isNaN(value) : value !== '' && value !== false
}

/** XPath 1.0 §3.4: a comparison with nodes holds when it holds for one of them. */
export function compare(by: Comparison, left: XValue, right: XValue): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return scalars(by, truthOf(left), truthOf(right))
  if (isNodes(left)) return left.some((node) => compare(by, stringValue(node), right))
  if (isNodes(right)) return right.some((node) => compare(by, left, stringValue(node)))
  const asTexts = typeof left === 'string' && typeof right === 'string' && (by === '=' || by === '!=')
  return asTexts ? scalars(by, left, right) : scalars(by, numberOf(left), numberOf(right))
}

function scalars<T extends string | number | boolean>(by: Comparison, left: T, right: T): boolean {
  switch (by) {
    case '=':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}
