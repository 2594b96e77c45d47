import { describe, expect, it } from 'vitest'
import { createPacer } from './pacer.ts'

const now = Date.UTC(2026, 0, 1, 12)
const returns = (pacer: ReturnType<typeof createPacer>, leads: number, leastCallMs = 0): number[] =>
  Array.from({ length: leads }, () => pacer.next(now, leastCallMs) - now)

describe('leads that had to leave', () => {
  it('come back as fast as the destination has been answering', () => {
    const pacer = createPacer(10)
    for (let i = 0; i < 100; i++) pacer.answered(20)
    expect(returns(pacer, 5)).toEqual([0, 2, 4, 6, 8])
  })

  it('come back faster when it answers faster', () => {
    const pacer = createPacer(10)
    for (let i = 0; i < 100; i++) pacer.answered(40)
    for (let i = 0; i < 300; i++) pacer.answered(10)
    expect(returns(pacer, 3)).toEqual([0, 2, 3])
  })

  it('come back slower while it answers nobody, but not slower than two hundred a second: somebody has to see when it is better', () => {
    expect(returns(createPacer(10), 3, 40)).toEqual([0, 4, 8])
    expect(returns(createPacer(10), 3, 30_000)).toEqual([0, 5, 10])
  })

  it('come back within five minutes, however many they are', () => {
    const latest = returns(createPacer(1), 200_000, 1_000).reduce((one, other) => Math.max(one, other))
    expect(latest).toBe(300_000)
  })

  it('are not late because the clock has been set back', () => {
    const pacer = createPacer(10)
    pacer.next(now + 3_600_000, 0)
    expect(returns(pacer, 1)).toEqual([0])
  })
})
