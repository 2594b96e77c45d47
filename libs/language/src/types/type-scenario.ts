import type { Json, JsonObject } from '@leadline/domain'
import { isTyped } from '../typed-value.ts'
import { parseType } from './parse-type.ts'
import { standardTypes } from './standard-types.ts'

/** What a test looks at: the value's own fields beside its components. */
export function read(type: string, value: Json, now: number | null = null): JsonObject {
  const found = standardTypes.get(type)
  if (found === undefined) throw new Error(`there is no type ${type}`)
  const typed = parseType(found, value, now)
  if (!isTyped(typed)) throw new Error(`${type} read no single value`)
  const { normal, raw, valid, masked, components } = typed
  return { ...components, normal, raw, valid, masked }
}

/** The normal form, or undefined for what cannot be read. */
export function normalOf(type: string, value: Json, now: number | null = null): Json | undefined {
  const { valid, normal } = read(type, value, now)
  return valid === true ? normal : undefined
}
