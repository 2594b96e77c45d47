import { isExactNumber, type Json } from '@leadline/domain'
import { isList } from '../plain.ts'
import { isTyped, type TypedValue, typedValue, typeOf, type Value } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'

const longestText = 1_000

/**
 * Reads a value by a type. Null stays null, lists are read item by item, and what was read already stays as it is. Never throws: what cannot
 * be read is kept as it came, and is not valid. `now` (milliseconds since 1970) is for ages and two-digit years.
 */
export function parseType(type: FieldType, value: Value, now: number | null = null): Value {
  if (value === null) return null
  if (isTyped(value)) return typeOf(value) === type.name ? value : parseType(type, value.raw, now)
  if (isList(value)) return value.map((item) => parseType(type, item, now))
  return isJson(value) ? readValue(type, value, now) : value
}

/** The same for one plain value that is neither null nor a list. */
export function readValue(type: FieldType, raw: Json, now: number | null): TypedValue {
  const text = textFrom(raw)
  const reading = text === undefined || text.length > (type.longest ?? longestText) ? undefined : type.read(text, { raw, now })
  if (reading === undefined) return typedValue(type.name, { normal: raw, raw, valid: false })
  return typedValue(type.name, {
    normal: reading.normal,
    raw: reading.raw ?? raw,
    valid: reading.valid ?? true,
    masked: reading.masked ?? false,
    components: reading.components ?? {},
  })
}

function textFrom(raw: Json): string | undefined {
  if (typeof raw === 'string') return raw
  if (typeof raw === 'number' || typeof raw === 'boolean') return String(raw)
  return isExactNumber(raw) ? raw.rawJSON : undefined
}

/** An object that holds typed values is no JSON, and no field of a lead. */
function isJson(value: Value): value is Json {
  return typeof value !== 'object' || value === null || !Object.values(value).some((inner) => isTyped(inner))
}
