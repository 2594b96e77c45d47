import { isList, unwrapped } from './plain.ts'
import type { Value } from './typed-value.ts'

/** Nothing, false, 0, the empty text and the empty list are false; everything else is true. */
export function isTruthy(value: Value | undefined): boolean {
  const plain = unwrapped(value)
  if (plain === undefined || plain === null || plain === false || plain === '') return false
  if (typeof plain === 'number') return plain !== 0 && !Number.isNaN(plain)
  return !isList(plain) || plain.length > 0
}
