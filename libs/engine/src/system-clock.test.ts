import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

test('a timer runs after its delay, though the time of day has been set back meanwhile', async () => {
  const timeOfDay = Date.now()
  const ran = new Promise<string>((resolve) => systemClock.after(20, () => resolve('ran')))
  vi.spyOn(Date, 'now').mockReturnValue(timeOfDay - 3_600_000)

  const deadline = new Promise<string>((resolve) => setTimeout(resolve, 1_000, 'still waits'))
  expect(await Promise.race([ran, deadline])).toBe('ran')
})
