import { describe, expect, it } from 'vitest'
import { createDestination, type DestinationLimits } from './destination.ts'
import { createQuota } from './quota.ts'
import { createRate } from './rate.ts'

const now = Date.UTC(2026, 0, 1, 12)
const open: DestinationLimits = { concurrency: 100, rate: null, quota: null }
const down = (lead: number) => ({ type: 'error', lead: `lead ${lead}`, class: 'connection', retryAfterMs: null }) as const
const starts = (destination: ReturnType<typeof createDestination>, at: number, tries: number): number =>
  Array.from({ length: tries }, () => destination.ask(at, false)).filter(({ type }) => type === 'start').length

describe('a rate', () => {
  it('starts a burst at once and then one call per interval', () => {
    const rate = createRate({ perSecond: 10, burst: 3 })
    let at = now
    const times = Array.from({ length: 6 }, () => {
      at = rate.nextAt(at)
      rate.take(at)
      return at - now
    })
    expect(times).toEqual([0, 0, 0, 100, 200, 300])
  })

  it('gives those who leave a start each, one interval apart', () => {
    const rate = createRate({ perSecond: 10 })
    expect([rate.reserve(now), rate.reserve(now), rate.reserve(now)].map((at) => at - now)).toEqual([100, 200, 300])
  })

  it('goes on within an interval when the clock has been set back', () => {
    const rate = createRate({ perSecond: 10, burst: 3 })
    for (let i = 0; i < 3; i++) rate.take(now + 3_600_000)
    rate.reserve(now + 3_600_000)
    expect(rate.nextAt(now) - now).toBe(100)
    expect(rate.reserve(now) - now).toBe(500)
  })

  it('is a part of itself when other processes have theirs', () => {
    const rate = createRate({ perSecond: 10, burst: 1 })
    rate.setShare(0.5)
    rate.take(now)
    expect(rate.nextAt(now) - now).toBe(200)
  })
})

describe('a quota', () => {
  it('ends the calls of a day when all processes together have used it, until midnight UTC', () => {
    const quota = createQuota({ max: 3, per: 'day' })
    quota.take(now)
    quota.others('another', { window: Date.UTC(2026, 0, 1), used: 1 })
    expect(quota.exhaustedUntil(now)).toBeNull()
    quota.take(now)
    expect(quota.exhaustedUntil(now)).toBe(Date.UTC(2026, 0, 2))
    expect(quota.exhaustedUntil(Date.UTC(2026, 0, 2))).toBeNull()
  })
})

describe('a destination', () => {
  it('has no more calls at once than it takes', () => {
    const destination = createDestination({ ...open, concurrency: 2 })
    expect(starts(destination, now, 5)).toBe(2)
    destination.release(now)
    expect(starts(destination, now, 5)).toBe(1)
  })

  it('is asked again when the lead that was to try it made no call', () => {
    const destination = createDestination(open)
    for (let i = 0; i < 20; i++) destination.ended(down(i), now)
    const later = now + 30_000
    expect(starts(destination, later, 3)).toBe(1)
    destination.release(later)
    expect(destination.closedUntil(later)).toBeNull()
    expect(starts(destination, later, 3)).toBe(1)
  })

  it('has its rate and its quota back from a lead that made no call, and not from one that did', () => {
    const destination = createDestination({ ...open, rate: { perSecond: 1, burst: 1 }, quota: { max: 2, per: 'day' } })
    for (let skipped = 0; skipped < 5; skipped++) {
      expect(destination.ask(now, false)).toEqual({ type: 'start' })
      destination.release(now)
    }
    expect(destination.ask(now, false)).toEqual({ type: 'start' })
    destination.ended({ type: 'answered', tookMs: 20 }, now)
    destination.release(now)

    expect([destination.rate?.nextAt(now), destination.quota?.usage(now).used]).toEqual([now + 1_000, 1])
  })

  it('that is down is waited for outside the lane, each lead a little later than the one before', () => {
    const destination = createDestination(open)
    for (let i = 0; i < 20; i++) destination.ended(down(i), now)
    const waits = [destination.ask(now, false), destination.ask(now, false)]
    expect(waits).toEqual([
      { type: 'park', dueAt: now + 30_000 },
      { type: 'park', dueAt: now + 30_001 },
    ])
  })

  it('that asks for a pause gets it, and a refusal of one lead is no sign of illness', () => {
    const destination = createDestination(open)
    expect(destination.ended({ type: 'error', lead: 'a', class: 'limit', retryAfterMs: 60_000 }, now)).toEqual({
      type: 'pause',
      until: now + 60_000,
    })
    expect(destination.closedUntil(now)).toBe(now + 60_000)

    const refusing = createDestination(open)
    for (let i = 0; i < 50; i++) refusing.ended({ type: 'error', lead: 'a', class: 'data', retryAfterMs: null }, now)
    expect(refusing.closedUntil(now)).toBeNull()
  })

  it('is not left alone for less long by a shorter pause, and that is what others are told', () => {
    const destination = createDestination(open)
    destination.ended({ type: 'error', lead: 'a', class: 'limit', retryAfterMs: 60_000 }, now)
    const told = destination.ended({ type: 'error', lead: 'b', class: 'limit', retryAfterMs: 5_000 }, now)
    expect(told).toEqual({ type: 'pause', until: now + 60_000 })
    expect(destination.closedUntil(now)).toBe(now + 60_000)
  })

  it('never opens for business answers or for 429', () => {
    const destination = createDestination(open)
    for (let i = 0; i < 50; i++) destination.ended({ type: 'answered', tookMs: 20 }, now)
    for (let i = 0; i < 50; i++) destination.ended({ type: 'error', lead: 'a', class: 'limit', retryAfterMs: null }, now)
    expect(destination.breaker.isOpen).toBe(false)
  })

  it('with a full lane sends leads away at its rate, so that the backlog comes back at that rate', () => {
    const destination = createDestination({ ...open, rate: { perSecond: 10, burst: 1 } })
    destination.ask(now, true)
    const away = [destination.ask(now, true), destination.ask(now, true), destination.ask(now, true)]
    const dueAts = away.map((answer) => (answer.type === 'park' ? answer.dueAt : 0))
    expect(dueAts.map((dueAt) => dueAt - (dueAts[0] ?? 0))).toEqual([0, 100, 200])
  })
})
