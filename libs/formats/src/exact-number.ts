import type { ExactNumber } from '@leadline/domain'
import './json-source.ts'

/** The number itself when a double holds every digit of `source` (a JSON number), else its digits. */
export function exactNumber(source: string, value: number): number | ExactNumber {
  return Number.isFinite(value) && sameDecimal(source, String(value)) ? value : JSON.rawJSON(source)
}

/** Equal as decimal numbers: `1e2` is `100`, `1.50` is `1.5`. Compares digits, so no size is too large. */
function sameDecimal(left: string, right: string): boolean {
  const a = decimalOf(left)
  const b = decimalOf(right)
  if (a.digits === '' || b.digits === '') return a.digits === b.digits
  return a.negative === b.negative && a.digits === b.digits && a.exponent === b.exponent
}

interface Decimal {
  readonly negative: boolean
  /** Without zeros at either end; empty for zero. */
  readonly digits: string
  /** Power of ten of the last digit. */
  readonly exponent: number
}

function decimalOf(text: string): Decimal {
  const negative = text.startsWith('-')
  const [mantissa = '', power = '0'] = text.slice(negative ? 1 : 0).split(/e/i)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const padded = (whole + fraction).replace(/^0+/, '')
  const digits = withoutTrailingZeros(padded)
  return { negative, digits, exponent: Number(power) - fraction.length + (padded.length - digits.length) }
}

// Not `/0+$/`: on a million zeros before another digit that is quadratic.
function withoutTrailingZeros(text: string): string {
  let end = text.length
  while (text.charCodeAt(end - 1) === 0x30) end -= 1
  return text.slice(0, end)
}
