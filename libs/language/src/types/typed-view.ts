import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { lazyTypedValue, type Value, type ValueObject } from '../typed-value.ts'
import type { FieldType } from './field-type.ts'
import type { FieldTypes } from './field-types.ts'
import { parseType, readValue } from './parse-type.ts'

/**
 * A lead whose fields are read by their types at the moment that somebody asks for them, and each only once. It has the same own properties
 * as the lead; fields of type `string`, and objects of whose fields nothing is declared, are what they are there.
 */
export function typedView(lead: JsonObject, types: FieldTypes, now: number | null): ValueObject {
  const known = new Map<string, Value>()
  const read = (name: string, value: Json): Value => {
    const type = types.of(name)
    const inner = isJsonObject(value) ? types.within(name) : undefined
    if (type.name === 'string' && inner === undefined) return value
    const typed = known.get(name) ?? (isJsonObject(value) ? innerView(value, inner, now) : typedLater(type, value, now))
    known.set(name, typed)
    return typed
  }
  return new Proxy<ValueObject>(lead, {
    get: (_lead, name) => {
      const value = typeof name === 'string' && Object.hasOwn(lead, name) ? lead[name] : undefined
      return value === undefined || typeof name === 'symbol' ? value : read(name, value)
    },
  })
}

/** Most texts that an event keeps are in the form that goes out, so that only who asks for their parts pays for the reading. */
function typedLater(type: FieldType, value: Json, now: number | null): Value {
  if (typeof value !== 'string' || type.settled?.test(value) !== true) return parseType(type, value, now)
  return lazyTypedValue(type.name, value, () => readValue(type, value, now))
}

function innerView(value: JsonObject, types: FieldTypes | undefined, now: number | null): ValueObject {
  return types === undefined ? value : typedView(value, types, now)
}
