import { parseHttpDate, parseRetryAfter } from './retry-after.ts'

export interface AnswerHead {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

type Headers = AnswerHead['headers']

/** Answers that speak of a limit; elsewhere a reset time is only news. */
const limited: readonly number[] = [429, 503]
/** There are no rules for these headers: what is read wrong must not close a destination for long, and a later time is asked for again. */
const longestMs = 3_600_000
/** As seconds until then this would be 31 years, as seconds since 1970 it is 2001. */
const firstEpochSeconds = 1e9
const firstEpochMs = 1e12

/** How long the destination asks to be left alone: `Retry-After` of any answer, else the reset time of a limit; null when it asks for nothing. */
export function askedWaitMs({ status, headers }: AnswerHead, nowMs: number): number | null {
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs)
  if (retryAfterMs !== null || !limited.includes(status)) return retryAfterMs
  const waitMs = policyWaitMs(headers['ratelimit']) ?? resetWaitMs(headers, nowMs) ?? hubSpotWindowMs(headers)
  return waitMs === null ? null : Math.round(Math.min(Math.max(waitMs, 0), longestMs))
}

/** `RateLimit` of draft-ietf-httpapi-ratelimit-headers: `"name";r=0;t=30, …`, up to draft 7 `limit=100, remaining=0, reset=30`. */
function policyWaitMs(header = ''): number | null {
  const policies = header.includes('reset=') ? [header] : header.split(',')
  const waits = policies.flatMap((policy) => {
    const left = /\b(?:r|remaining)=(\d+)/.exec(policy)?.[1] ?? '0'
    const seconds = /\b(?:t|reset)=(\d+)/.exec(policy)?.[1]
    return Number(left) > 0 || seconds === undefined ? [] : [Number(seconds) * 1_000]
  })
  return waits.length === 0 ? null : Math.max(...waits)
}

/** GitHub, Pipedrive, Lofty and others, each in a unit of its own. With calls left it is not this limit that refused. */
function resetWaitMs(headers: Headers, nowMs: number): number | null {
  const left = headers['x-ratelimit-remaining'] ?? headers['x-rate-limit-remaining'] ?? headers['ratelimit-remaining']
  if (Number(left ?? 0) > 0) return null
  const names = ['ratelimit-reset', 'x-ratelimit-reset-after', 'x-ratelimit-reset', 'x-rate-limit-reset']
  for (const name of names) {
    const waitMs = untilMs(headers[name]?.trim() ?? '', nowMs)
    if (waitMs !== null) return waitMs
  }
  return null
}

function untilMs(text: string, nowMs: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text)
    if (value >= firstEpochMs) return value - nowMs
    return value >= firstEpochSeconds ? value * 1_000 - nowMs : value * 1_000
  }
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : parseHttpDate(text)
  return at === null || Number.isNaN(at) ? null : at - nowMs
}

/** HubSpot names the length of its rolling window only: after that it is empty. */
function hubSpotWindowMs(headers: Headers): number | null {
  const text = headers['x-hubspot-ratelimit-interval-milliseconds'] ?? ''
  return /^\d+$/.test(text) ? Number(text) : null
}
