import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'

/** A moment, or a day without a time: then it is the same day in every zone. */
export interface Moment {
  readonly epochMs: number
  readonly dayOnly: boolean
}

const day = /^(\d{4})-(\d{2})-(\d{2})$/
const compactDay = /^(\d{4})(\d{2})(\d{2})$/
const usDay = /^(\d{1,2})[/-](\d{1,2})[/-](\d{4})$/
const instant = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?$/i

/** ISO dates and times (without a zone: UTC), `YYYYMMDD`, `M/D/YYYY`, seconds or milliseconds since 1970; undefined for anything else. */
export function readMoment(value: Value | undefined): Moment | undefined {
  const text = textOf(value).trim()
  const [, iso = '', clock = '', zone = 'Z'] = instant.exec(text) ?? []
  if (iso !== '') return momentAt(Date.parse(`${iso}T${clock}${zone.toUpperCase()}`), false)
  const [, year = '', month = '', date = ''] = day.exec(text) ?? compactDay.exec(text) ?? []
  if (year !== '') return dayAt(Number(year), Number(month), Number(date))
  const [, usMonth = '', usDate = '', usYear = ''] = usDay.exec(text) ?? []
  if (usYear !== '') return dayAt(Number(usYear), Number(usMonth), Number(usDate))
  if (/^\d{13}$/.test(text)) return momentAt(Number(text), false)
  return /^\d{10}$/.test(text) ? momentAt(Number(text) * 1_000, false) : undefined
}

function dayAt(year: number, month: number, date: number): Moment | undefined {
  const epochMs = Date.UTC(year, month - 1, date)
  // 31 February would become a day of March.
  return new Date(epochMs).getUTCMonth() === month - 1 && date > 0 ? momentAt(epochMs, true) : undefined
}

function momentAt(epochMs: number, dayOnly: boolean): Moment | undefined {
  return Number.isNaN(epochMs) ? undefined : { epochMs, dayOnly }
}
