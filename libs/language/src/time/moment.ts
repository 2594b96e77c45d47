import { textOf } from '../text-of.ts'
import type { Value } from '../typed-value.ts'
import { readCalendarDate } from '../types/calendar-date.ts'
import { readMoment as readTime } from '../types/time.ts'

/** A moment, or a day without a time: then it is the same day in every zone. */
export interface Moment {
  readonly epochMs: number
  readonly dayOnly: boolean
}

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
const longest = 100

/** Dates and times as the types `date` and `time` read them (without a zone: UTC), seconds or milliseconds since 1970; undefined for anything else. */
export function readMoment(value: Value | undefined): Moment | undefined {
  const text = textOf(value).trim()
  if (text === '' || text.length > longest) return undefined
  // Nearly every moment is written so, and the platform reads it faster.
  if (instant.test(text)) return momentAt(Date.parse(text), false)
  const day = readCalendarDate(text)
  if (day !== undefined) return momentAt(Date.UTC(day.year, day.month - 1, day.day), true)
  return momentAt(readTime(text), false)
}

function momentAt(epochMs: number | undefined, dayOnly: boolean): Moment | undefined {
  return epochMs === undefined || Number.isNaN(epochMs) ? undefined : { epochMs, dayOnly }
}
