import { isExactNumber, type Json } from '@leadline/domain'
import { toPlain } from './plain.ts'
import type { Value } from './typed-value.ts'

/**
 * A value as text: blank for nothing, digits unchanged, a typed value in the form that goes out, a list with commas between its items; JSON
 * for objects and lists of them.
 */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  const plain = toPlain(value)
  if (plain === undefined || plain === null) return ''
  if (typeof plain !== 'object') return String(plain)
  if (isExactNumber(plain)) return plain.rawJSON
  return Array.isArray(plain) && plain.every(isScalar) ? plain.map((item) => textOf(item)).join(',') : JSON.stringify(plain)
}

function isScalar(value: Json): boolean {
  return typeof value !== 'object' || value === null || isExactNumber(value)
}
