import { startSeedThreads } from '../seed-threads.ts'
import { type Mutant, mutants } from './mutants.ts'

export interface Catch {
  readonly mutant: string
  /** The seed that caught it, and how; null: none did. */
  readonly caught: { readonly seed: number; readonly kind: string } | null
}

/** Every mutant must be caught within so many seeds. */
export const seedsPerMutant = 2_000

export async function huntMutant({ name }: Mutant, { from, threads }: { from: number; threads: number }): Promise<Catch> {
  let caught: Catch['caught'] = null
  await using running = startSeedThreads(threads, name)
  await running.run({ from, count: seedsPerMutant }, ({ seed, violations: [violation] }) => {
    if (violation === undefined) return 'go-on'
    caught ??= { seed, kind: violation.kind }
    return 'stop'
  })
  return { mutant: name, caught }
}

/** Prints which seed catches which mutant; true when all are caught. */
export async function huntMutants(threads: number, print: (line: string) => void): Promise<boolean> {
  let missed = 0
  for (const mutant of mutants) {
    const { caught } = await huntMutant(mutant, { from: 0, threads })
    if (caught === null) missed++
    print(`${mutant.name.padEnd(60)} ${caught === null ? 'NOT CAUGHT' : `seed ${caught.seed}: ${caught.kind}`}`)
  }
  print(`${mutants.length - missed} of ${mutants.length} wrong engines caught within ${seedsPerMutant} seeds`)
  return missed === 0
}
