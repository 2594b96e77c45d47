import { describe, expect, it } from 'vitest'
import { kafkaJars } from '../kafka/kafka-jars.ts'
import { allFaults } from './plan-faults.ts'
import { describeChaos } from './print-chaos.ts'
import { createRandom } from './random.ts'
import { runChaos } from './run-chaos.ts'

// One of each place, and the ones that found something; `npm run chaos` has them all, for as long as one likes.
const rounds: readonly (readonly string[])[] = [
  ['worker kill -9', 'black hole'],
  ['broker kill -9'],
  ['worker frozen past its session'],
  ['connections cut'],
  ['metadata of a future version'],
]
const plan = rounds.map((kinds) => allFaults.filter(({ kind }) => kinds.includes(kind)))
const jars = await kafkaJars()
if ('skip' in jars && process.env['CI'] === 'true') throw new Error(`Kafka is required in CI: ${jars.skip}`)

describe.skipIf('skip' in jars)(`the services on three brokers${'skip' in jars ? ` (${jars.skip})` : ''}`, () => {
  it('lose no lead, double no outcome and explain every repeated call while processes, brokers and connections fail', async () => {
    const said: string[] = []
    const seed = Math.floor(Math.random() * 2 ** 32)
    const say = (line: string) => void said.push(line)
    const result = await runChaos({ random: createRandom(seed), plan, minutes: 4, rate: 40, workers: 2, say })
    if ('skip' in result) throw new Error(result.skip)
    expect(result.violations, [`seed ${seed}`, ...said, describeChaos(result)].join('\n')).toEqual([])
    expect(result.rounds).toHaveLength(rounds.length + 1)
    expect(result.accepted).toBeGreaterThan(1_000)
  }, 600_000)
})
