import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { install, onKafka } from './installation.ts'
import { runSteps } from './run-steps.ts'

const rounds = 3
const count = 10_000

/** A flow of three steps beside a flow of one, leads per second. */
export const threeSteps: Bench = {
  names: ['three-steps'],
  async run({ brokers, transactions, sink }) {
    const { url } = await sink(20)
    const speed = async (steps: number, leads: number): Promise<number> => {
      await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow(url, steps) })
      return (await runSteps(installation, { count: leads, inFlight: 512, steps })).perSecond
    }
    await speed(1, 5_000)
    const values: number[] = []
    const baselines: number[] = []
    for (let round = 0; round < rounds; round++) {
      baselines.push(await speed(1, count))
      values.push(await speed(3, count))
    }
    return [compare({ name: 'three-steps', unit: 'leads/s', values, baselines, goal: { atLeast: 0.3 } })]
  },
}
