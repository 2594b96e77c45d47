import { parseArgs } from 'node:util'
import { fixedPlan } from './fixed-plan.ts'
import { partitionsAdded } from './operator-faults.ts'
import { allFaults, planFaults } from './plan-faults.ts'
import { describeChaos } from './print-chaos.ts'
import { createRandom } from './random.ts'
import { runChaos } from './run-chaos.ts'

// npm run chaos -- [--minutes 20] [--seed N] [--rate leads/s] [--workers N] [--only 'broker kill -9' …] [--fixed]
// [--transactions lanes|group]: the services on a
// cluster of three brokers, while everything that can break does. The exit code is 1 when a lead was lost, an outcome doubled, or a
// call unexplained.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    rate: { type: 'string', default: '75' },
    workers: { type: 'string', default: '3' },
    only: { type: 'string', multiple: true, default: [] },
    fixed: { type: 'boolean', default: false },
    transactions: { type: 'string', default: 'auto' },
  },
})
const minutes = Number(values.minutes)
const random = createRandom(Number(values.seed))
const startedAt = Date.now()
const say = (line: string) => console.log(`${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7)} ${line}`)
const drawn = {
  plan: planFaults({ random, length: minutes < 15 ? 'short' : 'long', only: values.only }),
  minutes,
  last: [[partitionsAdded]],
} as const
const fixed = { plan: fixedPlan, minutes: Number.POSITIVE_INFINITY, last: [] } as const
say(values.fixed ? 'the fixed plan' : `seed ${values.seed} (npm run chaos -- --minutes ${values.minutes} --seed ${values.seed})`)
const result = await runChaos({
  random,
  ...(values.fixed ? fixed : drawn),
  rate: Number(values.rate),
  workers: Number(values.workers),
  transactions: values.transactions,
  say,
})
if ('skip' in result) {
  console.error(`no Kafka: ${result.skip}`)
  process.exitCode = 1
} else {
  console.log(
    describeChaos(
      result,
      [...allFaults, partitionsAdded].map(({ kind }) => kind),
    ),
  )
  process.exitCode = result.violations.length === 0 ? 0 : 1
}
