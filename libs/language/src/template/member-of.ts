import { isExactNumber } from '@leadline/domain'
import { isList } from '../plain.ts'
import { isTyped, type TypedValue, type Value } from '../typed-value.ts'

const digits = /^\d{1,9}$/

/** What is known of a typed value under a name: a component, or `valid`, `raw`, `normal`, `masked`. */
function componentOf(typed: TypedValue, name: string): Value | undefined {
  if (Object.hasOwn(typed.components, name)) return typed.components[name]
  switch (name) {
    case 'valid':
      return typed.valid
    case 'raw':
      return typed.raw
    case 'normal':
      return typed.normal
    case 'masked':
      return typed.masked
    default:
      // Lists and objects may have been read by a type of their own.
      return memberOf(typed.valid ? typed.normal : typed.raw, name)
  }
}

/** One member of a value by name: own fields, items by number, components of typed values, `length` of texts and lists. */
export function memberOf(value: Value | undefined, name: string): Value | undefined {
  if (typeof value !== 'object' || value === null) {
    return name === 'length' && typeof value === 'string' ? value.length : undefined
  }
  if (isList(value)) {
    if (name === 'length') return value.length
    return digits.test(name) ? value[Number(name)] : undefined
  }
  if (isTyped(value)) return componentOf(value, name)
  if (isExactNumber(value)) return undefined
  return Object.hasOwn(value, name) ? value[name] : undefined
}

/** `tags[0]`, `tags[-1]`, `fields['a.b']`: negative numbers count from the end. */
export function elementOf(value: Value | undefined, key: Value | undefined): Value | undefined {
  if (typeof key === 'number') {
    if (typeof value === 'string' || isList(value)) return value.at(key)
    return memberOf(value, String(key))
  }
  return typeof key === 'string' ? memberOf(value, key) : undefined
}
