import { describe, expect, it } from 'vitest'
import type { SeedAnswer } from './seed-messages.ts'
import { startSeedThreads } from './seed-threads.ts'

async function simulate(seeds: { from: number; count: number }): Promise<SeedAnswer[]> {
  const answers: SeedAnswer[] = []
  await using running = startSeedThreads(1)
  await running.run(seeds, (answer) => {
    answers.push(answer)
    return 'go-on'
  })
  return answers
}

describe('the simulator', () => {
  it('finds nothing broken in the first 200 seeds', { timeout: 300_000 }, async () => {
    const answers = await simulate({ from: 0, count: 200 })

    expect(answers.length).toBe(200)
    expect(
      answers.flatMap(({ seed, violations }) => violations.map(({ kind, what }) => `seed ${seed}: ${kind}: ${what}`)),
    ).toEqual([])
  })

  it('does the same for the same seed, whatever ran before it', async () => {
    const [first] = await simulate({ from: 7, count: 1 })
    const [, , , again] = await simulate({ from: 4, count: 4 })
    const [, other] = await simulate({ from: 7, count: 2 })

    expect(again).toEqual(first)
    expect(other?.traceHash).not.toBe(first?.traceHash)
  })
})
