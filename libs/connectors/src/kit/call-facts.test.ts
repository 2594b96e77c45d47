import { describe, expect, it } from 'vitest'
import { defaultCallLimits, limitsFor } from './call-limits.ts'
import { parseRetryAfter } from './retry-after.ts'
import { childTraceparent } from './trace.ts'

describe('Retry-After', () => {
  const now = Date.UTC(2025, 0, 1)

  it.each<[string | undefined, number | null]>([
    [undefined, null],
    ['120', 120_000],
    [' 1.5 ', 1_500],
    ['0', 0],
    ['-5', 0],
    ['1000000000000', 86_400_000],
    ['Wed, 01 Jan 2025 00:01:00 GMT', 60_000],
    ['Tue, 31 Dec 2024 00:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 86_400_000],
    ['soon', null],
    ['2025', 2_025_000],
    ['Monday maybe', null],
    ['', null],
  ])('%j waits %j ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected)
  })
})

describe('the limits of a call', () => {
  it('grow by half with each attempt, up to a minute', () => {
    expect([1, 2, 3, 9].map((attempt) => limitsFor(defaultCallLimits, attempt).totalMs)).toEqual([30_000, 45_000, 60_000, 60_000])
    expect([1, 2, 3].map((attempt) => limitsFor(defaultCallLimits, attempt).connectMs)).toEqual([5_000, 7_500, 11_250])
  })

  it('stay what they are when they were longer than a minute', () => {
    expect(limitsFor({ ...defaultCallLimits, totalMs: 300_000 }, 5).totalMs).toBe(300_000)
  })
})

describe('a trace', () => {
  const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

  it('goes on in each call with a span of its own', () => {
    const [first, second] = [childTraceparent(parent), childTraceparent(parent)]
    expect(first).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
    expect(first).not.toBe(second)
    expect(first).not.toBe(parent)
  })

  it('begins with the call when there is none, or a broken one', () => {
    for (const broken of [null, '', 'garbage', '00-xyz'])
      expect(childTraceparent(broken)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
})
