import type { Moment } from './moment.ts'
import { zoneOffsetMs } from './zone.ts'

const months = 'January February March April May June July August September October November December'.split(' ')
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const dayMs = 86_400_000

/** A moment in its zone: the local time's fields are those of `local` read as UTC. */
interface Local {
  readonly local: Date
  readonly epochMs: number
  readonly offsetMinutes: number
}

type Write = (at: Local) => string

const pad = (value: number, length = 2): string => String(value).padStart(length, '0')
const ordinal = (value: number): string => {
  const last = value % 100 > 10 && value % 100 < 14 ? 0 : value % 10
  return `${value}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`
}
const month = ({ local }: Local): number => local.getUTCMonth() + 1
const date = ({ local }: Local): number => local.getUTCDate()
const weekday = ({ local }: Local): number => local.getUTCDay()
const hours = ({ local }: Local): number => local.getUTCHours()
const hours12 = (at: Local): number => hours(at) % 12 || 12
const year = ({ local }: Local): number => local.getUTCFullYear()
const dayOfYear = (at: Local): number => Math.floor((at.local.getTime() - Date.UTC(year(at), 0, 1)) / dayMs) + 1

/** ISO 8601: the week of the year's first Thursday is the first. */
function isoWeek(at: Local): { readonly week: number; readonly year: number } {
  const thursday = new Date(at.local.getTime() + (4 - (weekday(at) || 7)) * dayMs)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return { week: Math.floor((thursday.getTime() - first) / (7 * dayMs)) + 1, year: thursday.getUTCFullYear() }
}

function offset({ offsetMinutes }: Local, colon: string): string {
  const size = Math.abs(offsetMinutes)
  return `${offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${colon}${pad(size % 60)}`
}

/** What each sign of a format means. The longest sign at a place counts. */
const signs: ReadonlyMap<string, Write> = new Map<string, Write>([
  ['YYYY', (at) => pad(year(at), 4)],
  ['YY', (at) => pad(year(at) % 100)],
  ['Q', (at) => String(Math.ceil(month(at) / 3))],
  ['Qo', (at) => ordinal(Math.ceil(month(at) / 3))],
  ['MMMM', (at) => months[month(at) - 1] ?? ''],
  ['MMM', (at) => (months[month(at) - 1] ?? '').slice(0, 3)],
  ['MM', (at) => pad(month(at))],
  ['Mo', (at) => ordinal(month(at))],
  ['M', (at) => String(month(at))],
  ['DDDD', (at) => pad(dayOfYear(at), 3)],
  ['DDDo', (at) => ordinal(dayOfYear(at))],
  ['DDD', (at) => String(dayOfYear(at))],
  ['DD', (at) => pad(date(at))],
  ['Do', (at) => ordinal(date(at))],
  ['D', (at) => String(date(at))],
  ['dddd', (at) => weekdays[weekday(at)] ?? ''],
  ['ddd', (at) => (weekdays[weekday(at)] ?? '').slice(0, 3)],
  ['dd', (at) => (weekdays[weekday(at)] ?? '').slice(0, 2)],
  ['do', (at) => ordinal(weekday(at))],
  ['d', (at) => String(weekday(at))],
  ['e', (at) => String(weekday(at))],
  ['E', (at) => String(weekday(at) || 7)],
  ['GGGG', (at) => pad(isoWeek(at).year, 4)],
  ['WW', (at) => pad(isoWeek(at).week)],
  ['W', (at) => String(isoWeek(at).week)],
  ['HH', (at) => pad(hours(at))],
  ['H', (at) => String(hours(at))],
  ['hh', (at) => pad(hours12(at))],
  ['h', (at) => String(hours12(at))],
  ['mm', ({ local }) => pad(local.getUTCMinutes())],
  ['m', ({ local }) => String(local.getUTCMinutes())],
  ['ss', ({ local }) => pad(local.getUTCSeconds())],
  ['s', ({ local }) => String(local.getUTCSeconds())],
  ['SSS', ({ local }) => pad(local.getUTCMilliseconds(), 3)],
  ['SS', ({ local }) => pad(Math.floor(local.getUTCMilliseconds() / 10))],
  ['S', ({ local }) => String(Math.floor(local.getUTCMilliseconds() / 100))],
  ['A', (at) => (hours(at) < 12 ? 'AM' : 'PM')],
  ['a', (at) => (hours(at) < 12 ? 'am' : 'pm')],
  ['Z', (at) => offset(at, ':')],
  ['ZZ', (at) => offset(at, '')],
  ['X', ({ epochMs }) => String(Math.floor(epochMs / 1_000))],
  ['x', ({ epochMs }) => String(epochMs)],
])

const longestFirst = [...signs.keys()].sort((a, b) => b.length - a.length)
const piece = new RegExp(`\\[([^\\]]*)\\]|${longestFirst.join('|')}|[\\s\\S]`, 'g')

const compiled = new Map<string, readonly (string | Write)[]>()

/** Writes a moment in a zone (a day without a time stays that day). Text in brackets stands for itself: `[on] MMMM Do`. */
export function formatDate({ epochMs, dayOnly }: Moment, format: string, zone = 'UTC'): string {
  const offsetMs = dayOnly ? 0 : zoneOffsetMs(zone, epochMs)
  const at: Local = { local: new Date(epochMs + offsetMs), epochMs, offsetMinutes: Math.round(offsetMs / 60_000) }
  if (Number.isNaN(at.local.getTime())) return ''
  let out = ''
  for (const one of compileFormat(format)) out += typeof one === 'string' ? one : one(at)
  return out
}

function compileFormat(format: string): readonly (string | Write)[] {
  const known = compiled.get(format)
  if (known !== undefined) return known
  const made = Array.from(format.slice(0, 1_000).matchAll(piece), ([whole, literal]) => literal ?? signs.get(whole) ?? whole)
  // Formats stand in templates, but one may come from a value.
  if (compiled.size >= 500) compiled.clear()
  compiled.set(format, made)
  return made
}
