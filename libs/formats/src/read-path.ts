import { isJsonObject, type Json } from '@leadline/domain'

/**
 * The value at a dot path (`lead.tags.0`, `lead.tags[0]`), or undefined. Looks at own properties only, so `constructor` or
 * `length` find nothing that was not sent. The empty path is the value itself.
 */
export function readPath(value: Json, path: string): Json | undefined {
  let found: Json | undefined = value
  for (const segment of path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')) {
    if (segment !== '') found = readProperty(found, segment)
  }
  return found
}

function readProperty(value: Json | undefined, name: string): Json | undefined {
  if (isJsonObject(value)) return Object.hasOwn(value, name) ? value[name] : undefined
  return Array.isArray(value) && /^\d+$/.test(name) ? value[Number(name)] : undefined
}
