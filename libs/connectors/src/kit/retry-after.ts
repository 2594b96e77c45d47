const day = 86_400_000

/** `Retry-After` in milliseconds from now: seconds or an HTTP date (RFC 9110 §10.2.3), between 0 and 24 hours; null when there is none. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  if (/^-?\d+(\.\d+)?$/.test(text)) return clamp(Number(text) * 1_000)
  const at = parseHttpDate(text)
  return at === null ? null : clamp(at - nowMs)
}

/** Milliseconds since 1970. Only dates with a day's name: `Date.parse` reads far too much as a date. */
export function parseHttpDate(text: string): number | null {
  const at = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : at
}

function clamp(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), day))
}
