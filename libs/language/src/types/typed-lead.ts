import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { isTyped, type Value } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'
import type { FieldTypes } from './field-types.ts'
import { parseType } from './parse-type.ts'

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
  const fields: [string, Json][] = []
  const invalid: string[] = []
  for (const [name, value] of Object.entries(submitted)) {
    const inner = isJsonObject(value) ? types.within(name) : undefined
    if (isJsonObject(value) && inner !== undefined) {
      const typed = typeLead(value, inner, now)
      fields.push([name, typed.fields])
      invalid.push(...typed.invalid.map((field) => `${name}.${field}`))
      continue
    }
    const type = types.of(name)
    const typed = isReadable(value, type) ? parseType(type, value, now) : value
    fields.push([name, keptForm(type, typed, value)])
    if (!isBlank(value) && isInvalid(typed)) invalid.push(name)
  }
  return { fields: Object.fromEntries(fields), invalid }
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
