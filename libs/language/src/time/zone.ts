const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether the name is a time zone of the IANA database, in any case. */
export function isTimeZone(zone: string): boolean {
  return formatOf(zone) !== undefined
}

/** How far local time is ahead of UTC at a moment, in milliseconds; daylight saving included. An unknown zone counts as UTC. */
export function zoneOffsetMs(zone: string, epochMs: number): number {
  if (zone === 'UTC') return 0
  const format = formatOf(zone)
  if (format === undefined) return 0
  const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return local - Math.floor(epochMs / 1_000) * 1_000
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const made = newFormat(zone)
  // There are about 600 zones, but a template may ask with any text.
  if (made !== undefined && formats.size < 1_000) formats.set(zone, made)
  return made
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = 'numeric' as const
  const units = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric }
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...units })
  } catch {
    return undefined
  }
}
