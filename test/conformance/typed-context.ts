import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import { typedValue, type Value, type ValueObject } from '@leadline/language'

/** A case writes a typed value as `{normal, valid, …components}`; everything else in its context is plain JSON. */
export function typedContext(context: Json | undefined): ValueObject {
  if (!isJsonObject(context)) return {}
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, valueIn(value)]))
}

/** The same for one value. */
export function valueIn(value: Json): Value {
  if (Array.isArray(value)) return value.map(valueIn)
  if (!isJsonObject(value)) return value
  return 'normal' in value && typeof value['valid'] === 'boolean' ? typedFrom(value, value['valid']) : typedContext(value)
}

function typedFrom({ normal = null, raw = normal, valid: _valid, masked, ...components }: JsonObject, valid: boolean): Value {
  return typedValue('string', { normal, raw, valid, masked: masked === true, components })
}
