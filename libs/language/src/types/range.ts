import type { FieldType, Reading } from './field-type.ts'

// Normal forms, and what is nearly one.
const usual = /^(\d{1,13}(?:\.\d{1,2})?)(?:-(\d{1,13}(?:\.\d{1,2})?)|(\+))?$/
const isoDates = /\b\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?/g
const amount = /(?<![a-z\d.])(-?)(\d+(?:\.\d+)?|\.\d+)\s*(k|thousand|m|mm|million)?(?![a-z\d.])/g
// A dash between two amounts; one before an amount is a sign.
const dash = /(?<=[\dkm+])\s*[-–—]\s*(?=-?[$€£.\d])/g
const openEnd = /\+|\b(?:more|over|above|up|plus|least|older|greater|higher)\b/
const openStart = /\b(?:up to|under|below|less|most|younger|fewer|lower)\b/

/** Numbers from `min` to `max`: `a-b`, `a to b`, `n+`, or one number; money, words and ISO dates (as milliseconds since 1970) are understood. */
export const rangeType: FieldType = {
  name: 'range',
  sensitive: false,
  components: ['min', 'max', 'avg', 'mid'],
  settled: /^(?:0|[1-9]\d{0,12})\+?$/,
  read: (text) => {
    const [, low, high, open] = usual.exec(text) ?? []
    if (low === undefined) return readWritten(text)
    if (high !== undefined) return between(Math.min(Number(low), Number(high)), Math.max(Number(low), Number(high)))
    return open === undefined ? single(Number(low)) : from(Number(low))
  },
}

function readWritten(text: string): Reading | undefined {
  const plain = text
    .toLowerCase()
    .replace(isoDates, (date) => String(Date.parse(date)))
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replace(dash, ' ')
    .replace(/[$€£]\s*|\b(?:usd|eur|gbp)\b\s*/g, '')
  const amounts = [...plain.matchAll(amount)].map(amountOf)
  const [first, second, third] = amounts
  if (first === undefined || third !== undefined || amounts.some(isInexact)) return undefined
  if (second !== undefined) return between(Math.min(first, second), Math.max(first, second))
  if (openStart.test(plain)) return first < 0 ? undefined : between(0, first)
  return openEnd.test(plain) ? from(first) : single(first)
}

function amountOf([, sign, digits, unit]: RegExpMatchArray): number {
  const factor = unit === undefined ? 1 : unit === 'k' || unit === 'thousand' ? 1_000 : 1_000_000
  // A negative zero would be read back as zero.
  return Number(digits) * factor * (sign === '-' ? -1 : 1) + 0
}

/** More digits than a double holds, or fewer than are written without an exponent. */
function isInexact(value: number): boolean {
  return Math.abs(value) > Number.MAX_SAFE_INTEGER || String(value).includes('e')
}

function between(min: number, max: number): Reading {
  const avg = (min + max) / 2
  return { normal: `${min}-${max}`, components: { min, max, avg, mid: Math.floor(avg) } }
}

function from(min: number): Reading {
  return { normal: `${min}+`, components: { min, max: null, avg: null, mid: null } }
}

function single(value: number): Reading {
  return { normal: String(value), components: { min: value, max: value, avg: value, mid: Math.floor(value) } }
}
