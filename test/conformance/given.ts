import type { Json, JsonObject } from '@leadline/domain'

/** A text that an operation cannot do without. */
export function textIn(given: JsonObject, name: string): string {
  const value = given[name]
  if (typeof value !== 'string') throw new Error(`the case gives no text "${name}"`)
  return value
}

/** Any value that an operation cannot do without; null is a value. */
export function valueGiven(given: JsonObject, name: string): Json {
  const value = given[name]
  if (value === undefined) throw new Error(`the case gives no "${name}"`)
  return value
}
