import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { stringifyJson } from '@leadline/formats'

/** JSON text with the names of every object in order, so that equal values have equal texts. Digits are kept exactly. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isJsonObject(value)) return stringifyJson(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(memberOf(value, name))}`)
  return `{${members.join(',')}}`
}

function memberOf(object: JsonObject, name: string): Json {
  return object[name] ?? null
}
