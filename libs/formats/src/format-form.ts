import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { scalarText } from './scalar-text.ts'

/** `plain`: names stand as they are, for receivers that look for `lead[zip]` undecoded; what would end a name is encoded all the same. */
export type FormNames = 'encoded' | 'plain'

/**
 * Fields as `application/x-www-form-urlencoded`, good for a URL's query too: nested names are dotted, arrays repeat their name (arrays of
 * objects: `items.0.id`), a blank is `%20`, which every decoder reads.
 */
export function formatForm(fields: JsonObject, names: FormNames = 'encoded'): string {
  const encodeName = names === 'encoded' ? encode : encodeDelimiters
  let out = ''
  for (const [name, value] of pairsOf(fields, '')) out += `${out === '' ? '' : '&'}${encodeName(name)}=${encode(value)}`
  return out
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

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

// All but visible ASCII, and what means something in a form or a URL.
const delimiters = /[^\x21-\x7e]|[%&=+#?"<>\\^`{|}]/gu

function encodeDelimiters(text: string): string {
  return text.toWellFormed().replace(delimiters, encode)
}
