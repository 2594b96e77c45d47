/** The time of day at the end of a text, and what stands before it. */
export interface ClockTime {
  /** The text before the time. */
  readonly before: string
  /** Milliseconds since midnight. */
  readonly ms: number
  /** Milliseconds that the zone is ahead of UTC; undefined when no zone is written. */
  readonly offsetMs: number | undefined
}

const zones: ReadonlyMap<string, number> = new Map([
  ...['z', 'utc', 'gmt'].map((zone): [string, number] => [zone, 0]),
  ...(
    ['edt:-4', 'est:-5', 'cdt:-5', 'cst:-6', 'mdt:-6', 'mst:-7', 'pdt:-7', 'pst:-8', 'akdt:-8', 'akst:-9', 'hst:-10'] as const
  ).map((zone): [string, number] => [zone.slice(0, zone.indexOf(':')), Number(zone.slice(zone.indexOf(':') + 1))]),
])

const clock = /(?:^|T|[\s,]+(?:at\s+)?)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*([ap])?(?:\.?m\.?)?$/i
const offset = /(?:\s*(?:GMT|UTC))?\s*([+-])(\d{2}):?(\d{2})?$/i
const zoneName = /(?<=[\d\s.m])\s*([a-z]{1,4})$/i

/** The time at the end of a text, with its zone; undefined when there is none. */
export function readClockTime(text: string): ClockTime | undefined {
  const { rest, offsetMs } = splitZone(text.trim().replace(/\s*\([^()]{0,60}\)$/, ''))
  const found = clock.exec(rest)
  if (found === null) return undefined
  const [whole, hours = '', minutes, seconds = '0', fraction = '0', half] = found
  // A number alone is a day or a year, not an hour.
  if (minutes === undefined && half === undefined) return undefined
  const hour = hourOf(Number(hours), half?.toLowerCase())
  if (hour === undefined || Number(minutes ?? 0) > 59 || Number(seconds) > 59) return undefined
  const ms = ((hour * 60 + Number(minutes ?? 0)) * 60 + Number(seconds)) * 1_000 + Math.trunc(Number(`0.${fraction}`) * 1_000)
  return { before: rest.slice(0, rest.length - whole.length), ms, offsetMs }
}

function splitZone(text: string): { readonly rest: string; readonly offsetMs: number | undefined } {
  const numeric = /:\d{2}/.test(text) || /[ap]\.?m/i.test(text) ? offset.exec(text) : null
  if (numeric) {
    const ms = (Number(numeric[2]) * 60 + Number(numeric[3] ?? 0)) * 60_000
    return { rest: text.slice(0, numeric.index), offsetMs: numeric[1] === '-' ? -ms : ms }
  }
  const named = zoneName.exec(text)
  const hours = zones.get(named?.[1]?.toLowerCase() ?? '')
  if (named === null || hours === undefined) return { rest: text, offsetMs: undefined }
  return { rest: text.slice(0, named.index).trimEnd(), offsetMs: hours * 3_600_000 }
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half === 'p' ? 12 : 0)
}
