import { isExactNumber, type Json } from '@leadline/domain'
import { isTyped, plainOf, type Value, type ValueObject } from './typed-value.ts'

/** A list of values; `Array.isArray` does not tell read-only lists. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** An object with fields: no list, no typed value, no exact number. */
export function isFields(value: Value | undefined): value is ValueObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isTyped(value) && !isExactNumber(value)
}

/** A typed value's outgoing form; anything else as it is, typed members included. */
export function unwrapped(value: Value | undefined): Value | undefined {
  return isTyped(value) ? plainOf(value) : value
}

/** The JSON that a value stands for: typed values, at any depth, in their normal form (raw when invalid). */
export function toPlain(value: Value): Json
export function toPlain(value: Value | undefined): Json | undefined
export function toPlain(value: Value | undefined): Json | undefined {
  if (typeof value !== 'object' || value === null) return value
  if (isTyped(value)) return plainOf(value)
  if (isList(value)) return value.map((item) => toPlain(item))
  if (!isFields(value)) return value
  const fields: Record<string, Json> = {}
  for (const [name, member] of Object.entries(value)) define(fields, name, toPlain(member))
  return fields
}

function define(target: Record<string, Json>, name: string, value: Json): void {
  // Plain assignment to `__proto__` would change the object instead of writing the key.
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
