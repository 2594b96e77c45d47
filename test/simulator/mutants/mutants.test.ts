import { describe, expect, it } from 'vitest'
import { huntMutant, seedsPerMutant } from './hunt-mutants.ts'
import { mutants } from './mutants.ts'

describe(`within ${seedsPerMutant} seeds the simulator catches the wrong product in which`, () => {
  it.each(mutants)('$name', { timeout: 300_000 }, async (mutant) => {
    const { caught } = await huntMutant(mutant, { from: mutant.seed, threads: 1 })

    expect(caught).not.toBeNull()
  })
})
