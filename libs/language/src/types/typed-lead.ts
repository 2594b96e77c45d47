import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { isTyped, type Value } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'
import { type FieldTypes, standardFieldTypes } from './field-types.ts'
import { starred } from './mask-value.ts'
import { parseType, readValue } from './parse-type.ts'

/** A lead as events keep it, and the names of the fields that could not be read. */
export interface TypedLead {
  readonly fields: JsonObject
  readonly invalid: readonly string[]
}

/**
 * Reads the fields of a submitted lead: normal forms where they can be read, what came where they cannot. Reading the result again gives the
 * same values. An empty field is not called invalid: nothing was said.
 */
export function typeLead(submitted: JsonObject, types: FieldTypes, now: number): TypedLead {
  const fields: Record<string, Json> = {}
  const invalid: string[] = []
  for (const [name, value] of Object.entries(submitted)) {
    const inner = isJsonObject(value) ? types.within(name) : undefined
    if (isJsonObject(value) && inner !== undefined) {
      const typed = typeLead(value, inner, now)
      define(fields, name, typed.fields)
      invalid.push(...typed.invalid.map((field) => `${name}.${field}`))
      continue
    }
    const type = types.of(name)
    const typed = isReadable(value, type) ? parseType(type, value, now) : value
    define(fields, name, keptForm(type, typed, value))
    if (!isBlank(value) && isInvalid(typed)) invalid.push(name)
  }
  return { fields, invalid }
}

/** A lead as it may be shown: sensitive fields starred, at any depth. */
export function maskLead(lead: JsonObject, types: FieldTypes): JsonObject {
  const shown: Record<string, Json> = {}
  for (const [name, value] of Object.entries(lead)) {
    define(shown, name, types.isSensitive(name) ? maskField(value, types.of(name)) : maskWithin(value, innerTypes(types, name)))
  }
  return shown
}

/** The texts of a lead's sensitive fields, by which they are found wherever they went. */
export function sensitiveTexts(lead: JsonObject, types: FieldTypes): readonly string[] {
  return Object.entries(lead).flatMap(([name, value]) =>
    types.isSensitive(name) ? textsIn(value) : sensitiveWithin(value, innerTypes(types, name)),
  )
}

function maskField(value: Json, type: FieldType): Json {
  return type.mask === undefined || typeof value !== 'string' ? starred(value) : type.mask(readValue(type, value, null)).normal
}

function maskWithin(value: Json, types: FieldTypes): Json {
  if (isJsonObject(value)) return maskLead(value, types)
  return Array.isArray(value) ? value.map((item) => maskWithin(item, types)) : value
}

function sensitiveWithin(value: Json, types: FieldTypes): readonly string[] {
  if (isJsonObject(value)) return sensitiveTexts(value, types)
  return Array.isArray(value) ? value.flatMap((item) => sensitiveWithin(item, types)) : []
}

function innerTypes(types: FieldTypes, field: string): FieldTypes {
  return types.within(field) ?? standardFieldTypes
}

/** The object of a string field is nested fields, and stays. */
function isReadable(value: Json, type: FieldType): boolean {
  return type.name !== 'string' && value !== null && !isJsonObject(value)
}

function keptForm(type: FieldType, typed: Value, submitted: Json): Json {
  if (isTyped(typed)) return typed.valid ? (type.kept?.(typed) ?? typed.normal) : typed.raw
  return isList(typed) && Array.isArray(submitted)
    ? typed.map((item, index) => keptForm(type, item, submitted[index]))
    : submitted
}

function isInvalid(typed: Value): boolean {
  return isTyped(typed) ? !typed.valid : isList(typed) && typed.some(isInvalid)
}

function isBlank(value: Json): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : []
}

function define(target: Record<string, Json>, name: string, value: Json): void {
  // Plain assignment to `__proto__` would change the object instead of writing the key.
  if (name !== '__proto__') target[name] = value
  else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}
