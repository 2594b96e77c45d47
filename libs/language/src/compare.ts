import { isExactNumber, type Json } from '@leadline/domain'
import { textOf } from './text-of.ts'

/** Equal as people mean it: blanks around and case ignored, `"123"` = 123, lists in any order. */
export function looselyEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    const [left, right] = [a.map(fold).sort(), b.map(fold).sort()]
    return left.length === right.length && left.every((text, index) => text === right[index])
  }
  const order = compareNumbers(a, b)
  return order === undefined ? fold(a) === fold(b) : order === 0
}

/** Negative, zero or positive; numbers by value, otherwise texts by the alphabet; undefined when one side is blank. */
export function compareLoosely(a: Json | undefined, b: Json | undefined): number | undefined {
  if (isBlank(a) || isBlank(b)) return undefined
  const order = compareNumbers(a, b)
  if (order !== undefined) return order
  const [left, right] = [fold(a), fold(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** A text or a list that contains the other value. */
export function includes(value: Json | undefined, wanted: Json | undefined): boolean {
  if (isBlank(wanted)) return false
  if (Array.isArray(value)) return value.some((item) => looselyEqual(item, wanted))
  return fold(value).includes(fold(wanted))
}

/** Nothing, an empty list, or text of blanks only. */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0
}

function fold(value: Json | undefined): string {
  return textOf(value).trim().toLowerCase()
}

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
// Longer than any id, and bounded: reading digits takes time beyond proportion.
const bigWholeNumber = /^[+-]?\d{16,60}$/

function compareNumbers(a: Json | undefined, b: Json | undefined): number | undefined {
  const [left, right] = [numberText(a), numberText(b)]
  if (left === undefined || right === undefined) return undefined
  // Ids beyond 2^53 differ in digits that a double does not have.
  if (bigWholeNumber.test(left) && bigWholeNumber.test(right)) {
    const [exactLeft, exactRight] = [BigInt(left.replace('+', '')), BigInt(right.replace('+', ''))]
    return exactLeft < exactRight ? -1 : exactLeft > exactRight ? 1 : 0
  }
  return Number(left) - Number(right)
}

function numberText(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return plainNumber.test(value.trim()) ? value.trim() : undefined
  return value !== undefined && isExactNumber(value) ? value.rawJSON : undefined
}
