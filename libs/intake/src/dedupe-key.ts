import { hash } from 'node:crypto'
import { isExactNumber, type Json, type JsonObject } from '@leadline/domain'
import type { DedupeWindow } from '@leadline/flows'
import { readPath } from '@leadline/formats'
import { canonicalJson } from './canonical-json.ts'

/**
 * What makes two leads of a flow duplicates of each other, as a hash: it stands in keys and headers, where no personal data may be.
 * null when the flow has no window or the lead lacks one of its fields (absent, null or blank).
 */
export function dedupeKeyOf(window: DedupeWindow | null, fields: JsonObject): string | null {
  if (window === null) return null
  let compared = ''
  for (const path of window.fields) {
    const text = comparableText(readPath(fields, path))
    if (text === '') return null
    // The length in front keeps ["ab", "c"] and ["a", "bc"] apart.
    compared += `${text.length}:${text};`
  }
  return hash('sha256', compared, 'hex').slice(0, 32)
}

function comparableText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object' && !isExactNumber(value)) return canonicalJson(value).toLowerCase()
  const text = isExactNumber(value) ? value.rawJSON : String(value)
  return text.normalize('NFC').trim().toLowerCase()
}
