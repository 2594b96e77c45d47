/** A day of the calendar, as written: no time zone. */
export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** How a year of two digits is completed. */
export type Century = (twoDigits: number) => number

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

const weekday = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+/i
const yearFirst = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/
const yearLast = /^(\d{1,2})[-/.\s](\d{1,2})[-/.\s](\d{4}|\d{2})$/
const monthFirst = /^([a-z]{3,9})\.?[-/\s]+(\d{1,2})(?:st|nd|rd|th)?[-/,\s]+'?(\d{4}|\d{2})$/i
const dayFirst = /^(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[-/.\s]+([a-z]{3,9})[-/.,\s]+'?(\d{4}|\d{2})$/i
const yearThenName = /^(\d{4})[-/.,\s]+([a-z]{3,9})\.?[-/\s]+(\d{1,2})$/i

/** Reads a date: ISO, month before day as in the United States, day before month where that alone is a date, names of months, eight digits. */
export function readCalendarDate(text: string, century: Century = recentCentury): CalendarDate | undefined {
  const bare = text.trim().replace(weekday, '')
  if (/^\d+$/.test(bare)) return readDigits(bare)
  const iso = yearFirst.exec(bare)
  if (iso) return inEitherOrder(iso[1], iso[2], iso[3])
  const numeric = yearLast.exec(bare)
  if (numeric) return inEitherOrder(completed(numeric[3], century), numeric[1], numeric[2])
  return readNamed(bare, century)
}

/** `YYYY-MM-DD`. */
export function isoDate({ year, month, day }: CalendarDate): string {
  return `${year}-${padded(month)}-${padded(day)}`
}

/** Years up to 68 are of this century, as POSIX reads them. */
export function recentCentury(twoDigits: number): number {
  return twoDigits < 69 ? 2000 + twoDigits : 1900 + twoDigits
}

function readNamed(text: string, century: Century): CalendarDate | undefined {
  const american = monthFirst.exec(text)
  if (american) return checked(completed(american[3], century), monthOf(american[1]), american[2])
  const european = dayFirst.exec(text)
  if (european) return checked(completed(european[3], century), monthOf(european[2]), european[1])
  const sorted = yearThenName.exec(text)
  return sorted ? checked(sorted[1], monthOf(sorted[2]), sorted[3]) : undefined
}

/** Eight digits: the year of four comes first or last, whichever lies between 1900 and 2099. */
function readDigits(digits: string): CalendarDate | undefined {
  if (digits.length !== 8) return undefined
  if (/^(?:19|20)/.test(digits)) {
    const read = inEitherOrder(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6))
    if (read) return read
  }
  return /(?:19|20)\d\d$/.test(digits) ? inEitherOrder(digits.slice(4), digits.slice(0, 2), digits.slice(2, 4)) : undefined
}

function inEitherOrder(year: Written, first: Written, second: Written): CalendarDate | undefined {
  return checked(year, first, second) ?? checked(year, second, first)
}

type Written = string | number | undefined

function checked(writtenYear: Written, writtenMonth: Written, writtenDay: Written): CalendarDate | undefined {
  const [year, month, day] = [Number(writtenYear), Number(writtenMonth), Number(writtenDay)]
  if (!(year >= 1000 && year <= 9999 && month >= 1 && month <= 12 && day >= 1)) return undefined
  // Day 0 of the next month is the last of this one.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate() ? { year, month, day } : undefined
}

function completed(year: string | undefined, century: Century): Written {
  return year?.length === 2 ? century(Number(year)) : year
}

function monthOf(word: string | undefined): number | undefined {
  const name = word?.toLowerCase() ?? ''
  const index = monthNames.indexOf(name)
  const short = months.indexOf(name === 'sept' ? 'sep' : name)
  return index === -1 && short === -1 ? undefined : Math.max(index, short) + 1
}

function padded(number: number): string {
  return String(number).padStart(2, '0')
}
