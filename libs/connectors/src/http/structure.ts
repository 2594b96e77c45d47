import { isExactNumber, isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { compileTemplate, type View } from '@leadline/language'

/** Fills a nested structure of templates; undefined when it is a single expression that finds nothing. */
export type Structure = (view: View) => Json | undefined

/** Compiles every text of a structure once. A key whose value finds nothing is left out; an unknown list item is null. */
export function compileStructure(source: Json): Structure {
  if (typeof source === 'string') return compileTemplate(source, 'text').value
  if (isJsonObject(source)) return compileObject(source)
  if (typeof source !== 'object' || source === null || isExactNumber(source)) return () => source
  const items = source.map(compileStructure)
  return (view) => items.map((item) => item(view) ?? null)
}

export function compileObject(source: JsonObject): (view: View) => JsonObject {
  const members = Object.entries(source).map(([name, value]) => ({ name, fill: compileStructure(value) }))
  return (view) => {
    const filled: Record<string, Json> = {}
    for (const { name, fill } of members) {
      const value = fill(view)
      if (value !== undefined) define(filled, name, value)
    }
    return filled
  }
}

function define(target: Record<string, Json>, name: string, value: Json): void {
  // Plain assignment to `__proto__` would change the object instead of writing the key.
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
