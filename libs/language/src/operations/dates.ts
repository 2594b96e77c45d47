import { formatNumber } from '../format-number.ts'
import { numberOf } from '../number-of.ts'
import { toPlain } from '../plain.ts'
import { formatDate } from '../time/format-date.ts'
import { readMoment } from '../time/moment.ts'
import { momentText } from '../time/moment-text.ts'
import { type SpanUnit, spanBetween, unitsOf } from '../time/span.ts'
import { isTimeZone } from '../time/zone.ts'
import type { Value } from '../typed-value.ts'
import type { View } from '../view.ts'
import { type Operand, type Operation, textIn } from './operation.ts'

/** Writes dates by `MM/DD/YYYY` and numbers by `0,0.00`; what is neither stays as it is. */
function formatted(subject: Value | undefined, [format, zone]: readonly Operand[]): Value | undefined {
  if (subject === undefined || subject === null) return undefined
  const pattern = textIn(format)
  const value = numberPattern.test(pattern) ? numberOf(subject) : undefined
  if (value !== undefined) return formatNumber(value, pattern)
  const moment = readMoment(subject)
  if (moment === undefined) return toPlain(subject)
  return formatDate(moment, pattern, zone === undefined ? undefined : textIn(zone))
}

const numberPattern = /^[^A-Za-z[]*[0#][^A-Za-z]*a?[^A-Za-z]*$/

const zone = (name: string): string | undefined =>
  isTimeZone(name) ? undefined : `"${name}" is not a time zone like America/New_York`
const format: Operation = { name: 'format', operands: ['format', 'timezone|tz|zone?'], check: { timezone: zone }, run: formatted }
const date: Operation = {
  name: 'date',
  operands: ['format?', 'timezone|tz|zone?'],
  check: { timezone: zone },
  run: (subject, [as = 'YYYY-MM-DD', where]) => formatted(subject, [as, where]),
}

/** `now - lead.birth_date | years`; of a date, how long ago it was. */
const unit = (name: SpanUnit): Operation => ({
  name,
  operands: [],
  run: (subject, _operands, view) => unitsOf(subject, name) ?? unitsOf(sinceThen(subject, view), name),
})

function sinceThen(subject: Value | undefined, view: View): Value | undefined {
  const [then, now] = [readMoment(subject), readMoment(momentText(view.now))]
  return then === undefined || now === undefined ? undefined : spanBetween(then, now)
}

export const dateHelpers = [
  format,
  date,
  ...(['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const).map(unit),
]

export const dateMethods: readonly Operation[] = [{ name: 'toISOString', operands: [], run: (subject) => isoText(subject) }]

function isoText(subject: Value | undefined): string | undefined {
  const moment = readMoment(subject)
  return moment === undefined ? undefined : new Date(moment.epochMs).toISOString()
}
