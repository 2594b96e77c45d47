import { availableParallelism } from 'node:os'
import { inspect, parseArgs } from 'node:util'
import { huntMutants } from './mutants/hunt-mutants.ts'
import type { SeedAnswer, ShrinkAnswer } from './seed-messages.ts'
import { startSeedThreads } from './seed-threads.ts'

// npm run simulate -- --seeds 10000 [--from S] | --seed N | --mutants
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
})
const numbers: readonly (readonly [option: string, given: string, least: number])[] = [
  ['seeds', values.seeds, 1],
  ['from', values.from, 0],
  ['seed', values.seed ?? '0', 0],
  ['threads', values.threads, 1],
]
const isWhole = (text: string, least: number): boolean =>
  /^\d+$/.test(text) && Number(text) >= least && Number.isSafeInteger(Number(text))
const mistakes = numbers.filter(([, given, least]) => !isWhole(given, least))

if (mistakes.length > 0) {
  for (const [option, given, least] of mistakes) console.error(`--${option} is a whole number from ${least}, not ${given}`)
  process.exitCode = 2
} else if (values.mutants) process.exitCode = (await huntMutants(Number(values.threads), console.log)) ? 0 : 1
else {
  const seeds =
    values.seed === undefined
      ? { from: Number(values.from), count: Number(values.seeds) }
      : { from: Number(values.seed), count: 1 }
  process.exitCode = await simulate(seeds, Number(values.threads))
}

async function simulate(seeds: { from: number; count: number }, threads: number): Promise<number> {
  const startedAt = performance.now()
  const totals = new Map<string, number>()
  const broken: SeedAnswer[] = []
  let [ran, events, toldAt] = [0, 0, startedAt]
  const elapsedSeconds = (): number => (performance.now() - startedAt) / 1_000
  const perSecond = (): string => (ran / elapsedSeconds()).toFixed(1)

  await using running = startSeedThreads(Math.min(threads, seeds.count))
  await running.run(seeds, (answer) => {
    ran++
    events += answer.events
    for (const [kind, times] of answer.faults) totals.set(kind, (totals.get(kind) ?? 0) + times)
    if (answer.violations.length > 0) {
      broken.push(answer)
      printBroken(answer)
    }
    if (performance.now() - toldAt > 10_000) {
      toldAt = performance.now()
      console.log(`${ran} of ${seeds.count} seeds, ${perSecond()} a second, ${broken.length} with violations`)
    }
    return broken.length < 20 ? 'go-on' : 'stop'
  })

  const elapsed = `${elapsedSeconds().toFixed(1)} s, ${perSecond()} seeds/s`
  for (const [kind, times] of [...totals].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${kind.padEnd(40)} ${times}`)
  const [first] = broken.toSorted((a, b) => a.seed - b.seed)
  if (first !== undefined) printShrunk(await running.shrink(first.seed))

  console.log(`${ran} of ${seeds.count} seeds from ${seeds.from}, ${events} events, ${elapsed}`)
  console.log(`${broken.length} violations`)
  return broken.length === 0 && ran === seeds.count ? 0 : 1
}

function printBroken({ seed, violations: [first] }: SeedAnswer): void {
  console.log(`seed ${seed}: ${first?.kind}: ${first?.what}`)
}

function printShrunk({ seed, plan, violations, traceTail, runs }: ShrinkAnswer): void {
  console.log(traceTail.join('\n'))
  for (const { kind, what } of violations) console.log(`${kind}: ${what}`)
  console.log(`the smallest plan of seed ${seed} that breaks so, after ${runs} runs:`)
  console.log(inspect(plan, { depth: 6, breakLength: 130 }))
}
