import { isExactNumber, isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { type TypedValue, typedValue, typeOf } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'

/** A value as it may be stored, logged and shown: stars of the same length; whether it was valid stays. */
export function maskTyped(type: FieldType, value: TypedValue): TypedValue {
  if (type.mask) return type.mask(value)
  return typedValue(typeOf(value), {
    normal: starred(value.normal),
    raw: starred(value.raw),
    valid: value.valid,
    masked: true,
    components: starredFields(value.components),
  })
}

/** Stars for everything in objects that say `masked: false`, at any depth; `valid` stays, and other objects are as they were. */
export function maskObject(value: Json): Json {
  if (Array.isArray(value)) return value.map(maskObject)
  if (!isJsonObject(value)) return value
  return value['masked'] === false ? { ...starredFields(value), masked: true } : mapFields(value, maskObject)
}

/** A star for each character of a text and each digit of a number, and one for yes or no. Null has nothing to hide. */
export function starred(value: Json): Json {
  if (value === null) return null
  if (typeof value === 'boolean') return '*'
  if (typeof value !== 'object') return '*'.repeat(String(value).length)
  if (isExactNumber(value)) return '*'.repeat(value.rawJSON.length)
  return isJsonObject(value) ? starredFields(value) : value.map(starred)
}

function starredFields(fields: JsonObject): JsonObject {
  return mapFields(fields, (value, name) => (name === 'valid' && typeof value === 'boolean' ? value : starred(value)))
}

function mapFields(fields: JsonObject, change: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value, name)]))
}
