import type { FieldType } from './field-type.ts'
import { namesOfTypes, standardTypeOf } from './standard-fields.ts'
import { standardTypes } from './standard-types.ts'
import { stringType } from './string.ts'

/** The types of a lead's fields, or of the fields of an object in it. */
export interface FieldTypes {
  /** What a field is read by. */
  readonly of: (field: string) => FieldType
  /** The fields of the object in this field; undefined when nothing is known of them, and they are read as they are. */
  readonly within: (field: string) => FieldTypes | undefined
  /** Fields that are never shown: by their type, by the flow, and of a standard sensitive name wherever they stand. */
  readonly isSensitive: (field: string) => boolean
  /** False when no field of a lead can be sensitive: a quick look at its JSON text. */
  readonly mayHide: (leadText: string) => boolean
}

export interface DeclaredField {
  /** Undefined: the type of the standard field of that name. */
  readonly type?: FieldType
  readonly sensitive: boolean
}

/**
 * The types of a flow: `declared` by field, dots leading into objects. A field of the lead that is not declared is of the standard field of
 * that name, else `string`.
 */
export function fieldTypes(declared: ReadonlyMap<string, DeclaredField> = new Map()): FieldTypes {
  return typesAt(declared, standardType)
}

function typesAt(declared: ReadonlyMap<string, DeclaredField>, otherwise: (field: string) => FieldType): FieldTypes {
  const types = new Map([...declared].map(([field, { type }]) => [field, type ?? otherwise(field)]))
  const sensitive = new Set([...declared].filter(([, field]) => field.sensitive).map(([field]) => field))
  const prefixes = new Set(
    [...declared.keys()].filter((field) => field.includes('.')).map((field) => field.slice(0, field.indexOf('.'))),
  )
  const inner = new Map([...prefixes].map((prefix) => [prefix, typesAt(fieldsBelow(declared, prefix), () => stringType)]))
  const names = keyPattern([...sensitiveNames(declared, types), ...standardSensitiveNames])
  // What is kept of a call, the outcome of its step and the end of its lead ask one after the other.
  let last = { text: '', hides: false }
  const mayHide = (text: string): boolean => {
    if (last.text !== text) last = { text, hides: names.test(text) }
    return last.hides
  }
  const of = (field: string): FieldType => types.get(field) ?? otherwise(field)
  return {
    of,
    within: (field) => inner.get(field),
    isSensitive: (field) => sensitive.has(field) || of(field).sensitive || standardType(field).sensitive,
    mayHide,
  }
}

/** As they can stand in a lead: flat, and from every object downwards that may lead to them. */
function sensitiveNames(declared: ReadonlyMap<string, DeclaredField>, types: ReadonlyMap<string, FieldType>): readonly string[] {
  return [...declared]
    .filter(([field, one]) => one.sensitive || types.get(field)?.sensitive === true)
    .flatMap(([field]) => namesBelow(field))
}

/** `a.b.c` → `a.b.c`, `b.c`, `c`. */
function namesBelow(field: string): readonly string[] {
  const parts = field.split('.')
  return parts.map((_, start) => parts.slice(start).join('.'))
}

/** Finds one of the names as a key of a JSON text, numbered or not. */
function keyPattern(names: readonly string[]): RegExp {
  const written = [...new Set(names)].map((name) => RegExp.escape(JSON.stringify(name).slice(1, -1)))
  return new RegExp(`"(?:${written.join('|')})_?\\d*"\\s*:`, 'i')
}

function fieldsBelow(declared: ReadonlyMap<string, DeclaredField>, prefix: string): ReadonlyMap<string, DeclaredField> {
  const start = `${prefix}.`
  return new Map(
    [...declared].filter(([field]) => field.startsWith(start)).map(([field, one]) => [field.slice(start.length), one]),
  )
}

const standardSensitiveNames = namesOfTypes([...standardTypes.values()].filter((type) => type.sensitive).map((type) => type.name))

// Names come from leads, so only a bounded number of them is remembered.
const known = new Map<string, FieldType>()
const mostKnown = 10_000

function standardType(field: string): FieldType {
  const found = known.get(field)
  if (found !== undefined) return found
  const type = standardTypes.get(standardTypeOf(field)) ?? stringType
  if (known.size < mostKnown) known.set(field, type)
  return type
}

/** The types of a flow that declares none. */
export const standardFieldTypes: FieldTypes = fieldTypes()
