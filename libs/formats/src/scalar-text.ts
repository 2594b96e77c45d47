import { isExactNumber, type Json } from '@leadline/domain'

/** How a value stands in a text format: null is empty, exact digits stay, objects and arrays are their JSON. */
export function scalarText(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (isExactNumber(value)) return value.rawJSON
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
