import { suggestion } from '../nearest-name.ts'
import type { RuleAnswer } from '../rules/rule.ts'
import { SyntaxMistake } from '../syntax-mistake.ts'
import { isTimeZone, zoneOffsetMs } from '../time/zone.ts'
import { isoDate, readCalendarDate } from '../types/calendar-date.ts'

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof weekdays)[number]

/** When leads are taken, by the clock of one place. */
export interface HoursSpec {
  /** IANA name; its daylight saving counts. */
  readonly timezone: string
  /** `{ mon: ["09:00-12:00", "13:00-17:30"] }`; a day that is not named is closed. After midnight: `22:00-02:00`. */
  readonly days: Readonly<Partial<Record<Weekday, readonly string[]>>>
  /** Days on which nothing is taken, `YYYY-MM-DD`. */
  readonly closed?: readonly string[] | undefined
}

/** Whether a moment (milliseconds since 1970) is within the hours. */
export type Hours = (epochMs: number) => boolean

interface Period {
  readonly from: number
  readonly to: number
}

const dayMinutes = 1_440

/** Throws `SyntaxMistake` for a zone, day or period that cannot be read. */
export function compileHours({ timezone, days, closed = [] }: HoursSpec): Hours {
  if (!isTimeZone(timezone)) throw new SyntaxMistake(`"${timezone}" is not a time zone like America/New_York`, timezone, 0)
  const periods = Object.entries(days).map(([day, written]) => [dayIndex(day), (written ?? []).map(readPeriod)] as const)
  const byDay: ReadonlyMap<number, readonly Period[]> = new Map(periods)
  const holidays = new Set(closed.map(readDay))

  const openOn = (local: Date, minute: number, ofDay: 'today' | 'yesterday'): boolean => {
    if (holidays.has(local.toISOString().slice(0, 10))) return false
    const at = ofDay === 'today' ? minute : minute + dayMinutes
    return (byDay.get(local.getUTCDay()) ?? []).some(({ from, to }) => from <= at && at < to)
  }

  return (epochMs) => {
    const local = new Date(epochMs + zoneOffsetMs(timezone, epochMs))
    const minute = local.getUTCHours() * 60 + local.getUTCMinutes()
    const yesterday = new Date(local.getTime() - 86_400_000)
    return openOn(local, minute, 'today') || openOn(yesterday, minute, 'yesterday')
  }
}

/** A lead outside of the hours fails with a reason and costs nothing. */
export function withinHours(hours: Hours, submittedAt: number): RuleAnswer {
  if (hours(submittedAt)) return { type: 'pass' }
  return { type: 'fail', reason: 'Submission Timestamp must be within hours of operation' }
}

function dayIndex(day: string): number {
  const names: readonly string[] = weekdays
  const index = names.indexOf(day.slice(0, 3).toLowerCase())
  if (index === -1) throw new SyntaxMistake(`"${day}" is not a day${suggestion(day, weekdays)}`, day, 0)
  return index
}

/** Minutes from the day's start; the end is after the day when the period goes past midnight. */
function readPeriod(text: string): Period {
  const [, from, to] = /^\s*(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})\s*$/.exec(text) ?? []
  const [start, end] = [minuteOf(from), minuteOf(to)]
  if (start === undefined || end === undefined || start === dayMinutes) {
    throw new SyntaxMistake(`"${text}" is not a period like 09:00-17:30`, text, 0)
  }
  return { from: start, to: end > start ? end : end + dayMinutes }
}

function minuteOf(clock: string | undefined): number | undefined {
  const [hour = Number.NaN, minute = Number.NaN] = (clock ?? '').split(':').map(Number)
  const total = hour * 60 + minute
  return minute < 60 && total <= dayMinutes ? total : undefined
}

function readDay(text: string): string {
  const day = readCalendarDate(text)
  if (day !== undefined && isoDate(day) === text) return text
  throw new SyntaxMistake(`"${text}" is not a day like 2025-12-25`, text, 0)
}
