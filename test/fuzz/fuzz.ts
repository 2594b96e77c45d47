import { parseArgs } from 'node:util'
import { runTarget } from './run-target.ts'
import { targets } from './targets.ts'

// `npm run fuzz -- --runs N [--seed S] [--only WORD]`: N runs in all, spread over every parser and the judge; exits 1 on a find.
const { values } = parseArgs({
  options: { runs: { type: 'string', default: '100000' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const chosen = targets.filter(({ name }) => name.includes(values.only ?? ''))
const each = Math.ceil(Number(values.runs) / chosen.length)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
if (chosen.length === 0 || !(each > 0) || !Number.isSafeInteger(seed))
  throw new Error('usage: npm run fuzz -- --runs N [--seed S] [--only WORD]')

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
const started = performance.now()
let total = 0
let finds = 0
for (const target of chosen) {
  const { name, runs, ms, found } = runTarget(target, each, seed)
  total += runs
  console.log(
    `${name.padEnd(48)} ${String(runs).padStart(9)} runs ${String(ms).padStart(8)} ms  ${megabytes(process.memoryUsage().rss)}`,
  )
  if (found === null) continue
  finds += 1
  console.log(found)
}
process.exitCode = finds === 0 ? 0 : 1
console.log(`seed ${seed}: ${total} runs in ${Math.round((performance.now() - started) / 1000)} s, ${finds} finds`)
