import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

/** Fields as `application/x-www-form-urlencoded`: nested names are dotted, arrays repeat their name (arrays of objects: `items.0.id`). */
export function formatForm(fields: JsonObject): string {
  return new URLSearchParams(Array.from(pairsOf(fields, ''))).toString()
}

function* pairsOf(fields: JsonObject, prefix: string): Generator<[string, string]> {
  for (const [name, value] of Object.entries(fields)) yield* pairsOfValue(prefix + name, value)
}

function* pairsOfValue(name: string, value: Json): Generator<[string, string]> {
  if (isJsonObject(value)) yield* pairsOf(value, `${name}.`)
  else if (!Array.isArray(value)) yield [name, scalarText(value)]
  else if (value.every(isScalar)) for (const item of value) yield [name, scalarText(item)]
  else for (const [index, item] of value.entries()) yield* pairsOfValue(`${name}.${index}`, item)
}

function isScalar(value: Json): boolean {
  return !isJsonObject(value) && !Array.isArray(value)
}
