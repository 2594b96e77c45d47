import { isExactNumber, type Json } from '@leadline/domain'

/** A value as text: blank for nothing, digits unchanged, JSON for what has parts. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') return isExactNumber(value) ? value.rawJSON : JSON.stringify(value)
  return String(value)
}
