import { expect, it } from 'vitest'
import { notInjected, recoveries } from './print-chaos.ts'

const rounds = [
  { kinds: ['broker kill -9'], lastedMs: 10, recoveredMs: 2_000 },
  { kinds: ['broker kill -9', 'worker kill -9'], lastedMs: 10, recoveredMs: 7_000 },
]

it('counts a round of two faults under each of its kinds', () => {
  expect(recoveries(rounds).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'broker kill -9 2 2.0 s 7.0 s',
    'worker kill -9 1 7.0 s 7.0 s',
  ])
})

it('names the kinds that a run did not get to', () => {
  expect(notInjected(rounds, ['black hole', 'worker kill -9', 'rolling restart'])).toBe(
    'NOT injected in this run: black hole, rolling restart',
  )
  expect(notInjected(rounds, ['worker kill -9'])).toBe('every kind was injected')
})
