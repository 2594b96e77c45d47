import { isoDate, readCalendarDate } from './calendar-date.ts'
import { readClockTime } from './clock-time.ts'
import type { FieldType } from './field-type.ts'

/** A day; a time beside it is dropped, and the day stays as it was written whatever the zone. */
export const dateType: FieldType = {
  name: 'date',
  sensitive: false,
  components: ['year', 'month', 'day'],
  settled: /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/,
  read: (text) => {
    const date = readCalendarDate(text) ?? readCalendarDate(readClockTime(text)?.before ?? '')
    return date && { normal: isoDate(date), components: { ...date } }
  },
}
