import { isTyped, typedValue, typeOf, type Value } from '../typed-value.ts'
import type { Moment } from './moment.ts'

/** The time between two moments: milliseconds, unless years or months are asked for, which the calendar counts. */
export function spanBetween(from: Moment, to: Moment): Value {
  const ms = to.epochMs - from.epochMs
  return typedValue('span', { normal: ms, raw: ms, valid: true, components: { from: from.epochMs, to: to.epochMs } })
}

const unitMs = { weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000 } as const

export type SpanUnit = 'years' | 'months' | keyof typeof unitMs

/** Whole units of a span, toward zero; undefined for what is no span. */
export function unitsOf(value: Value | undefined, unit: SpanUnit): number | undefined {
  if (!isTyped(value) || typeOf(value) !== 'span') return undefined
  const { from, to } = value.components
  if (typeof from !== 'number' || typeof to !== 'number') return undefined
  if (from > to) {
    const reversed = wholeUnits(to, from, unit)
    return reversed === 0 ? 0 : -reversed
  }
  return wholeUnits(from, to, unit)
}

function wholeUnits(from: number, to: number, unit: SpanUnit): number {
  if (unit === 'months') return wholeMonths(from, to)
  return unit === 'years' ? Math.floor(wholeMonths(from, to) / 12) : Math.floor((to - from) / unitMs[unit])
}

function wholeMonths(from: number, to: number): number {
  const [start, end] = [new Date(from), new Date(to)]
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth()
  return withinMonth(end) < withinMonth(start) ? months - 1 : months
}

function withinMonth(at: Date): number {
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  return at.getUTCDate() * 86_400_000 + at.getTime() - midnight
}
