import { describe, expect, it } from 'vitest'
import { askedWaitMs } from './asked-wait.ts'

const now = Date.UTC(2026, 0, 1, 12)
const hour = 3_600_000
const wait = (headers: Readonly<Record<string, string>>, status = 429): number | null => askedWaitMs({ status, headers }, now)

describe('an answer that says when its limit is over', () => {
  it.each<[string, Readonly<Record<string, string>>, number | null]>([
    ['seconds until then', { 'x-ratelimit-reset': '2' }, 2_000],
    ['parts of a second', { 'x-ratelimit-reset-after': '1.5' }, 1_500],
    ['seconds since 1970', { 'x-ratelimit-reset': String(now / 1_000 + 90) }, 90_000],
    ['milliseconds since 1970', { 'x-ratelimit-reset': String(now + 90_000) }, 90_000],
    ['a date', { 'x-rate-limit-reset': 'Thu, 01 Jan 2026 12:01:00 GMT' }, 60_000],
    ['a timestamp', { 'x-ratelimit-reset': '2026-01-01T12:00:30Z' }, 30_000],
    ['RateLimit-Reset of the older drafts', { 'ratelimit-reset': '50', 'ratelimit-remaining': '0' }, 50_000],
    ['RateLimit of draft 7', { ratelimit: 'limit=100, remaining=0, reset=50' }, 50_000],
    ['RateLimit of the later drafts', { ratelimit: '"default";r=0;t=30' }, 30_000],
    ['the policy that is used up, of several', { ratelimit: '"burst";r=0;t=1, "daily";r=900;t=40000' }, 1_000],
    ['the window of HubSpot', { 'x-hubspot-ratelimit-interval-milliseconds': '10000' }, 10_000],
    ['a time that has passed', { 'x-ratelimit-reset': String(now / 1_000 - 5) }, 0],
    ['more than an hour', { 'x-ratelimit-reset': '80000' }, hour],
    ['more than an hour, as a time', { 'x-ratelimit-reset': String(now / 1_000 + 80_000) }, hour],
    ['calls that are left', { 'x-ratelimit-reset': '50', 'x-ratelimit-remaining': '7' }, null],
    ['policies with calls left', { ratelimit: '"daily";r=900;t=40000' }, null],
    ['words', { 'x-ratelimit-reset': 'soon' }, null],
    ['less than nothing', { 'x-ratelimit-reset': '-3' }, null],
    ['an empty header', { 'x-ratelimit-reset': ' ' }, null],
    ['nothing', {}, null],
  ])('%s', (_, headers, expected) => {
    expect(wait(headers)).toBe(expected)
  })

  it('by Retry-After is believed before all others, on any answer, for up to a day', () => {
    expect(wait({ 'retry-after': '80000', 'x-ratelimit-reset': '2' })).toBe(80_000_000)
    expect(wait({ 'retry-after': '7' }, 500)).toBe(7_000)
  })

  it('by an unreadable Retry-After is asked by the others', () => {
    expect(wait({ 'retry-after': 'soon', 'x-ratelimit-reset': '2' })).toBe(2_000)
  })

  it('tells a limit only with 429 and 503: many send these headers with every answer', () => {
    expect([200, 400, 403, 500, 503].map((status) => wait({ 'x-ratelimit-reset': '2' }, status))).toEqual([
      null,
      null,
      null,
      null,
      2_000,
    ])
  })
})
