import type { Json, JsonObject } from '@leadline/domain'
import { type FieldType, isTyped, standardTypes, type TypedValue, type Value } from '@leadline/language'
import { textIn } from './given.ts'

/** The type that a case names. */
export function typeIn(given: JsonObject): FieldType {
  const name = textIn(given, 'type')
  const type = standardTypes.get(name)
  if (type === undefined) throw new Error(`there is no type "${name}"`)
  return type
}

/** The clock of a case, which it may leave out. */
export function nowIn({ now }: JsonObject): number | null {
  if (typeof now === 'string') return Date.parse(now)
  return typeof now === 'number' ? now : null
}

/** A case names the components beside the value's own fields. */
export function typedAnswer(value: Value): Json {
  if (isTyped(value)) return fieldsOf(value)
  return Array.isArray(value) ? value.map(typedAnswer) : null
}

function fieldsOf({ normal, raw, valid, masked, components }: TypedValue): JsonObject {
  return { ...components, normal, raw, valid, masked }
}
