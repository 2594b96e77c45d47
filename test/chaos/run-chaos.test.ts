import { describe, expect, it } from 'vitest'
import { kafkaJars } from '../kafka/kafka-jars.ts'
import { fixedPlan } from './fixed-plan.ts'
import { describeChaos } from './print-chaos.ts'
import { createRandom } from './random.ts'
import { runChaos } from './run-chaos.ts'

const jars = await kafkaJars()
if ('skip' in jars && process.env['CI'] === 'true') throw new Error(`Kafka is required in CI: ${jars.skip}`)

// The faults are the same each time; `npm run chaos` draws them, for as long as one likes.
describe.skipIf('skip' in jars)(`the services on three brokers${'skip' in jars ? ` (${jars.skip})` : ''}`, () => {
  it('lose no lead, double no outcome and explain every repeated call when a worker dies, a zombie wakes up, a broker dies and a connection is half-open', async () => {
    const said: string[] = []
    const result = await runChaos({
      random: createRandom(1),
      plan: fixedPlan,
      minutes: Number.POSITIVE_INFINITY,
      last: [],
      rate: 40,
      transactions: 'auto',
      workers: 2,
      say: (line) => void said.push(line),
    })
    if ('skip' in result) throw new Error(result.skip)
    expect(result.violations, [...said, describeChaos(result, [])].join('\n')).toEqual([])
    expect(result.rounds.flatMap(({ kinds }) => kinds)).toEqual(fixedPlan.flatMap((round) => round.map(({ kind }) => kind)))
    expect(result.accepted).toBeGreaterThan(500)
  })
})
