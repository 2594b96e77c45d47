import { readCalendarDate } from './calendar-date.ts'
import { readClockTime } from './clock-time.ts'
import type { FieldType } from './field-type.ts'

/** A moment, in UTC; where no zone is written UTC is meant, and where no time is written midnight. */
export const timeType: FieldType = {
  name: 'time',
  sensitive: false,
  components: ['epoch_ms'],
  settled: /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  read: (text) => {
    const ms = readMoment(text.trim())
    return ms === undefined ? undefined : { normal: new Date(ms).toISOString(), components: { epoch_ms: ms } }
  },
}

/** Milliseconds since 1970; also from seconds (10 digits) and milliseconds (13 digits) since then. */
export function readMoment(text: string): number | undefined {
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000
  const whole = readCalendarDate(text)
  const clock = whole === undefined ? readClockTime(text) : undefined
  const date = whole ?? readCalendarDate(clock?.before ?? '')
  if (date === undefined) return undefined
  return Date.UTC(date.year, date.month - 1, date.day) + (clock?.ms ?? 0) - (clock?.offsetMs ?? 0)
}
