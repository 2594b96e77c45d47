import { describe, expect, it } from 'vitest'
import { absolute, compare } from './compare.ts'
import { missedGoals } from './missed-goals.ts'

const slow = compare({ name: 'slow', unit: 'leads/s', values: [100], baselines: [500], goal: { atLeast: 0.4 } })
const fast = compare({ name: 'fast', unit: 'leads/s', values: [400], baselines: [500], goal: { atLeast: 0.4 } })
const large = absolute({ name: 'large', unit: 'MB', value: 515, goal: { atMost: 400 } })

describe('the goals at the end of a run of benchmarks', () => {
  it('are listed when they were missed, each with what was measured', () => {
    expect(missedGoals([slow, fast, large])).toBe(
      '2 of 3 goals missed:\n  slow: ratio 0.2, goal ratio ≥ 0.4\n  large: 515 MB, goal ≤ 400\n',
    )
  })

  it('are all met otherwise', () => {
    expect(missedGoals([fast])).toBe('all 1 goals met\n')
  })
})
