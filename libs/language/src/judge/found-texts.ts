import { isExactNumber, type Json } from '@leadline/domain'
import { textOf } from '../text-of.ts'

const longestReason = 500

/** Trimmed, blanks left out, each once, sorted, joined by ", "; undefined when nothing is left. */
export function joinReasons(found: readonly Json[]): string | undefined {
  const texts = found.flat().map((one) => textOf(one).replace(/\s+/g, ' ').trim())
  const reasons = [...new Set(texts.filter((text) => text !== ''))].sort()
  return reasons.length === 0 ? undefined : reasons.join(', ').slice(0, longestReason).toWellFormed()
}

/** The first text that is not blank, or null. */
export function firstText(found: readonly Json[]): string | null {
  for (const one of found.flat()) {
    const text = textOf(one).trim()
    if (text !== '') return text
  }
  return null
}

/** `18.5`, `"18.50"` and `"$1,018.50"`; anything else is no price. */
export function priceIn(found: readonly Json[]): number | null {
  for (const one of found) {
    const price = priceOf(one)
    if (price !== null) return price
  }
  return null
}

function priceOf(found: Json): number | null {
  if (typeof found === 'number') return found
  const text = isExactNumber(found) ? found.rawJSON : typeof found === 'string' ? found.replaceAll(/[$€£,\s]/g, '') : ''
  if (!/^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) return null
  return Number.isFinite(Number(text)) ? Number(text) : null
}
