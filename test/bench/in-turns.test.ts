import { expect, it } from 'vitest'
import { inTurns } from './in-turns.ts'

it('lets each side go first in turns, and keeps the measurements of a round together', async () => {
  const order: string[] = []
  const measured = (side: string) => async () => order.push(side)

  const { values, baselines } = await inTurns(3, measured('ours'), measured('theirs'))

  expect(order).toEqual(['theirs', 'ours', 'ours', 'theirs', 'theirs', 'ours'])
  expect(values).toEqual([2, 3, 6])
  expect(baselines).toEqual([1, 4, 5])
})
