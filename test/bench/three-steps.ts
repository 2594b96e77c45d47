import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { inTurns } from './in-turns.ts'
import { install, onKafka } from './installation.ts'
import { runSteps, warmUpLeads } from './run-steps.ts'

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
    await speed(1, warmUpLeads)
    await speed(3, warmUpLeads)
    const { values, baselines } = await inTurns(
      rounds,
      () => speed(3, count),
      () => speed(1, count),
    )
    return [compare({ name: 'three-steps', unit: 'leads/s', values, baselines, goal: { atLeast: 0.3 } })]
  },
}
