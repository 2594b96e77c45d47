import { LeadlineError } from '@leadline/domain'
import {
  compileLinearPattern,
  type DeclaredField,
  type FieldType,
  type FieldTypes,
  fieldTypes,
  type LinearPattern,
  ownType,
  standardTypes,
} from '@leadline/language'
import type { FieldsDefinition, TypesDefinition } from './field-schema.ts'

/** The types of a flow's fields, from definitions that were checked. */
export function buildFields(fields: FieldsDefinition, types: TypesDefinition): FieldTypes {
  const own = new Map(Object.entries(types).map(([name, definition]) => [name, buildType(name, definition)]))
  const declared = Object.entries(fields).map(([field, { type, sensitive = false }]): [string, DeclaredField] => [
    field,
    { ...(type !== undefined && { type: own.get(type) ?? standardType(type) }), sensitive },
  ])
  return fieldTypes(new Map(declared))
}

function buildType(name: string, { base, matches, ...rule }: TypesDefinition[string]): FieldType {
  const defined = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined))
  return ownType({ ...defined, name, base: standardType(base), ...(matches !== undefined && { matches: patternOf(matches) }) })
}

function standardType(name: string): FieldType {
  const type = standardTypes.get(name)
  if (type === undefined) throw new LeadlineError('CONFIGURATION', `there is no type "${name}"`)
  return type
}

function patternOf(source: string): LinearPattern {
  const compiled = compileLinearPattern(source)
  if (compiled.type === 'refused') throw new LeadlineError('CONFIGURATION', compiled.why)
  return compiled.pattern
}
