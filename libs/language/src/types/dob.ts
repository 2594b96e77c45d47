import type { Json } from '@leadline/domain'
import { type TypedValue, typedValue, typeOf } from '../typed-value.ts'
import { type CalendarDate, type Century, isoDate, readCalendarDate, recentCentury } from './calendar-date.ts'
import { readClockTime } from './clock-time.ts'
import type { FieldType } from './field-type.ts'

const starred = /^(?:(\d{4})[-/.]\*{1,2}[-/.]\*{1,2}|\*{1,2}[-/.]\*{1,2}[-/.](\d{4}))$/

/** A date of birth, with the age in full years. Its starred form keeps the year. */
export const dobType: FieldType = {
  name: 'dob',
  sensitive: false,
  components: ['age', 'year', 'month', 'day'],
  settled: /^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/,
  read: (text, { now }) => {
    const century = bornBefore(now)
    const date = readCalendarDate(text, century) ?? readCalendarDate(readClockTime(text)?.before ?? '', century)
    if (date) return { normal: isoDate(date), components: { age: now === null ? null : ageAt(now, date), ...date } }
    const [, first, last] = starred.exec(text.trim()) ?? []
    const year = first ?? last
    return year === undefined ? undefined : { normal: `${year}-**-**`, masked: true, components: { year: Number(year) } }
  },
  mask: (value) =>
    typedValue(typeOf(value), {
      normal: withoutDay(value.normal),
      raw: withoutDay(value.raw),
      valid: value.valid,
      masked: true,
      components: yearOf(value),
    }),
}

/** Nobody is born in the future. */
function bornBefore(now: number | null): Century {
  if (now === null) return recentCentury
  const thisYear = new Date(now).getUTCFullYear()
  return (twoDigits) => {
    const century = Math.floor(thisYear / 100) * 100
    return century + twoDigits <= thisYear ? century + twoDigits : century - 100 + twoDigits
  }
}

function ageAt(now: number, { year, month, day }: CalendarDate): number | null {
  const today = new Date(now)
  const hadBirthday = today.getUTCMonth() + 1 > month || (today.getUTCMonth() + 1 === month && today.getUTCDate() >= day)
  const age = today.getUTCFullYear() - year - (hadBirthday ? 0 : 1)
  return age < 0 ? null : age
}

function yearOf({ components }: TypedValue): { readonly year?: Json } {
  return components['year'] === undefined ? {} : { year: components['year'] }
}

/** Stars for all letters and digits but a year of four digits. */
function withoutDay(value: Json): Json {
  if (typeof value !== 'string') return value === null ? null : '****'
  return value.replace(/(?<!\d)\d{4}(?!\d)|[\p{L}\p{N}]/gu, (found) => (found.length === 4 ? found : '*'))
}
