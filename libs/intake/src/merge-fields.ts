import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

/** Both, nested objects too; where they clash the second wins. */
export function mergeFields(under: JsonObject, over: JsonObject): JsonObject {
  const names = Object.keys(over)
  if (names.length === 0) return under
  const merged = new Map<string, Json>(Object.entries(under))
  for (const [name, value] of Object.entries(over)) {
    const known = merged.get(name)
    merged.set(name, isJsonObject(known) && isJsonObject(value) ? mergeFields(known, value) : value)
  }
  return Object.fromEntries(merged)
}
