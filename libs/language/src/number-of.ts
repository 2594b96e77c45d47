import { isExactNumber } from '@leadline/domain'
import { unwrapped } from './plain.ts'
import { isTyped, type Value } from './typed-value.ts'

const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i

/** The digits of a number or of a text that is one; undefined for everything else. A range counts as its average. */
export function numberText(value: Value | undefined): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') {
    const text = value.trim()
    return plainNumber.test(text) ? text : undefined
  }
  if (value === undefined || value === null) return undefined
  // A number is its own average, and to see that costs no reading.
  if (isTyped(value)) return numberText(unwrapped(value)) ?? numberText(averageOf(value))
  return isExactNumber(value) ? value.rawJSON : undefined
}

export function numberOf(value: Value | undefined): number | undefined {
  if (typeof value === 'number') return value
  const text = numberText(value)
  return text === undefined ? undefined : Number(text)
}

/** The average of a typed range; undefined for everything else. */
export function averageOf(value: Value | undefined): Value | undefined {
  return isTyped(value) && value.valid && Object.hasOwn(value.components, 'avg') ? value.components['avg'] : undefined
}

/** Without the dust of binary fractions: 0.1 + 0.2 is 0.3. Undefined for what is no number. */
export function tidyNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(15))
}
