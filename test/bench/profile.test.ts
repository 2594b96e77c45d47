import { expect, it } from 'vitest'
import { describeProfile, startProfiledStopwatch, wantProfile } from './profile.ts'

it('says who used the thread, only of what is between start and stop, and only when it is wanted', () => {
  startProfiledStopwatch().stop(1)
  expect(describeProfile()).toBe('')

  wantProfile()
  const stopwatch = startProfiledStopwatch()
  const until = performance.now() + 200
  while (performance.now() < until) JSON.stringify({ some: 'work'.repeat(100) })
  expect(stopwatch.stop(10).perSecond).toBeLessThan(51)

  const [total = '', ...shares] = describeProfile().trimEnd().split('\n')
  expect(total).toMatch(/^ {2}\d{5,} µs of the main thread for each, \d+ % idle; of it:$/)
  const percents = shares.map((line) => Number(/^ +([\d.]+) % +[\d.]+ µs {2}\S/.exec(line)?.[1]))
  expect(percents).toEqual(percents.toSorted((a, b) => b - a))
  expect(percents.reduce((sum, percent) => sum + percent, 0)).toBeGreaterThan(90)
})
