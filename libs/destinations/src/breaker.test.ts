import { describe, expect, it } from 'vitest'
import { createBreaker } from './breaker.ts'

const now = 1_000_000
/** So many leads without an answer, the first ten seconds before the others. */
const failing = (leads: number) => {
  const breaker = createBreaker()
  const opened = Array.from({ length: leads }, (_, lead) => breaker.failed(lead === 0 ? now - 10_000 : now, `lead ${lead}`))
  return { breaker, opened: opened.includes(true) }
}

describe('a breaker', () => {
  it('opens at half errors of twenty calls in ten seconds', () => {
    const breaker = createBreaker()
    const answers = Array.from({ length: 10 }, () => {
      breaker.succeeded(now)
      return breaker.failed(now + 5_000, 'a lead')
    })
    expect(answers).toEqual([...Array(9).fill(false), true])
    expect(breaker.closedUntil(now + 5_000)).toBe(now + 35_000)
  })

  it('forgets what is older than its window', () => {
    const breaker = createBreaker()
    for (let i = 0; i < 9; i++) {
      breaker.succeeded(now)
      breaker.failed(now, 'a lead')
    }
    breaker.succeeded(now + 20_000)
    expect(breaker.failed(now + 20_000, 'a lead')).toBe(false)
  })

  it('opens when five leads in a row get no answer for ten seconds, so that a destination with few calls does not use up their attempts', () => {
    expect(failing(4).opened).toBe(false)
    expect(failing(5).opened).toBe(true)
  })

  it('does not open for a short wave of retries', () => {
    const breaker = createBreaker()
    const opened = Array.from({ length: 19 }, (_, lead) => breaker.failed(now + lead * 100, `lead ${lead}`))
    expect(opened).not.toContain(true)
  })

  it('does not open for one lead that never gets an answer, however often it is tried', () => {
    const breaker = createBreaker()
    const opened = Array.from({ length: 19 }, () => breaker.failed(now, 'hopeless'))
    expect(opened).not.toContain(true)
  })

  it('lets one probe through after thirty seconds; the others wait for what it finds', () => {
    const { breaker } = failing(5)
    expect(breaker.closedUntil(now + 29_999)).toBe(now + 30_000)
    expect(breaker.closedUntil(now + 30_000)).toBeNull()
    breaker.begin(now + 30_000)
    expect(breaker.closedUntil(now + 30_000)).toBeGreaterThan(now + 30_000)
  })

  it('closes when the probe is answered, and stays open for as long again when it is not', () => {
    const closed = failing(5).breaker
    closed.begin(now + 30_000)
    expect(closed.succeeded(now + 30_100)).toBe(true)
    expect(closed.closedUntil(now + 30_100)).toBeNull()

    const open = failing(5).breaker
    open.begin(now + 30_000)
    expect(open.failed(now + 30_100, 'a lead')).toBe(true)
    expect(open.closedUntil(now + 30_100)).toBe(now + 60_100)
  })

  it('learns nothing from calls that were under way when it opened', () => {
    const { breaker } = failing(5)
    expect(breaker.succeeded(now + 10)).toBe(false)
    expect(breaker.failed(now + 10, 'a lead')).toBe(false)
    expect(breaker.closedUntil(now + 10)).toBe(now + 30_000)
  })

  it('probes again when its probe never got a verdict', () => {
    const { breaker } = failing(5)
    breaker.begin(now + 30_000)
    breaker.abandoned()
    expect(breaker.closedUntil(now + 30_001)).toBeNull()
  })
})
