import type { FieldType } from './field-type.ts'
import { standardTypeOf } from './standard-fields.ts'
import { standardTypes } from './standard-types.ts'
import { stringType } from './string.ts'

/** The types of a flow's fields. */
export interface FieldTypes {
  /** What a field of the lead is read by; one that is not declared is of the standard field of that name, else `string`. */
  readonly of: (field: string) => FieldType
  /** Fields that are never shown, although their type is. */
  readonly isSensitive: (field: string) => boolean
}

/** `declared`: by field. `sensitive`: names of fields that are sensitive whatever their type. */
export function fieldTypes(
  declared: ReadonlyMap<string, FieldType> = new Map(),
  sensitive: ReadonlySet<string> = new Set(),
): FieldTypes {
  // Names come from leads, so only a bounded number of them is remembered.
  const known = new Map(declared)
  const of = (field: string): FieldType => {
    const found = known.get(field)
    if (found !== undefined) return found
    const type = standardTypes.get(standardTypeOf(field)) ?? stringType
    if (known.size < mostKnown) known.set(field, type)
    return type
  }
  return { of, isSensitive: (field) => sensitive.has(field) || of(field).sensitive }
}

const mostKnown = 10_000

/** The types of a flow that declares none. */
export const standardFieldTypes: FieldTypes = fieldTypes()
