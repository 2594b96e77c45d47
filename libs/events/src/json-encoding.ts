import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { type JsonLimits, parseJson, stringifyJson } from '@leadline/formats'
import { invalidEvent } from './avro-encoding.ts'
import type { EventField, EventSchema } from './schemas.ts'

// A dead letter carries a record of 4 MB in base64, twice at most.
const limits: JsonLimits = { depth: 16, keys: 100_000, bytes: 16 * 1024 * 1024 }

/** An event as JSON with the names and types of its schema: nullable is the value or null, bytes are base64. Throws RECORD_INVALID. */
export function encodeJson(schema: EventSchema, event: object): Buffer {
  if (!schema.type.isValid(event)) throw invalidEvent(schema.event, schema.type, event)
  return Buffer.from(stringifyJson(plainOf(event)))
}

/** Unknown keys are dropped and absent ones take their default, as Avro's resolution does. Throws when a field is missing or of another type. */
export function decodeJson(schema: EventSchema, bytes: Buffer): object {
  const record = parseJson(bytes.toString('utf8'), limits)
  const entries = isJsonObject(record) ? schema.fields.map((field) => [field.name, fieldValue(field, record)]) : []
  const event: object = Object.fromEntries(entries)
  if (!schema.type.isValid(event)) throw invalidEvent(schema.event, schema.type, event)
  return event
}

function plainOf(value: unknown): Json {
  if (Buffer.isBuffer(value)) return value.toString('base64')
  if (Array.isArray(value)) return value.map(plainOf)
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item)]))
}

function fieldValue(field: EventField, record: JsonObject): unknown {
  const value = Object.hasOwn(record, field.name) ? record[field.name] : field.default
  return field.bytes ? bytesOf(value) : value
}

function bytesOf(value: Json | undefined): unknown {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64')
    return bytes.toString('base64') === value ? bytes : value
  }
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, bytesOf(item)])) : value
}
