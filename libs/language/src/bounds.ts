/** Both ends of a range as people write it. */
export interface Bounds {
  readonly from: string
  readonly to: string
}

const separators = [/\s+(?:to|and|-|–)\s+/i, /\s*(?:\.\.+|–)\s*/, /\s*[,;]\s*/]
const numbers = /^\s*([$€£]?\s*-?[\d][\d,]*(?:\.\d+)?k?)\s*-\s*([$€£]?\s*-?[\d][\d,]*(?:\.\d+)?k?)\s*$/i

/** `40-45`, `40 to 45`, `$1,000 - $2,000`, `2024-01-01 to 2024-12-31`; undefined for what has not two ends. */
export function readBounds(text: string): Bounds | undefined {
  const [, from, to] = numbers.exec(text) ?? []
  if (from !== undefined && to !== undefined) return { from: amount(from), to: amount(to) }
  for (const separator of separators) {
    const parts = text.split(separator)
    const [first = '', second = ''] = parts
    if (parts.length === 2 && first.trim() !== '' && second.trim() !== '') return { from: amount(first), to: amount(second) }
  }
  return undefined
}

/** `$85,000` and `85k` as digits; other texts as they are. */
function amount(text: string): string {
  const trimmed = text.trim()
  if (!/^[$€£]?\s*-?\d[\d,]*(?:\.\d+)?k?$/i.test(trimmed)) return trimmed
  const digits = trimmed.replace(/[^\d.-]/g, '')
  return /k$/i.test(trimmed) ? String(Number(digits) * 1_000) : digits
}
