import { isExactNumber } from '@leadline/domain'
import { toPlain } from './plain.ts'
import type { Value } from './typed-value.ts'

/** A value as text: blank for nothing, digits unchanged, a typed value in the form that goes out, JSON for what has parts. */
export function textOf(value: Value | undefined): string {
  if (typeof value === 'string') return value
  const plain = toPlain(value)
  if (plain === undefined || plain === null) return ''
  if (typeof plain === 'object') return isExactNumber(plain) ? plain.rawJSON : JSON.stringify(plain)
  return String(plain)
}
