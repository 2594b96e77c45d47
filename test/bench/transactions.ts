import type { Bench, Transactions } from './bench.ts'
import { compareMeasured } from './compare.ts'
import { inTurns } from './in-turns.ts'
import { warmUpLeads } from './run-steps.ts'
import { oneStep } from './step-20ms.ts'

const rounds = 3

/** One step on Kafka at 20 ms per call, its lanes committing in one transaction that the group fences, beside lanes with a producer each. */
export const transactions: Bench = {
  names: ['transactions-group', 'transactions-group-cpu'],
  async run(tools) {
    const plan = { url: (await tools.sink(20)).url, count: 20_000, inFlight: 512, body: '' }
    const by = (kind: Transactions, count: number) => oneStep({ ...tools, transactions: kind }, { ...plan, count })
    await by('group', warmUpLeads)
    await by('lanes', warmUpLeads)
    const { values, baselines } = await inTurns(
      rounds,
      () => by('group', plan.count),
      () => by('lanes', plan.count),
    )
    return compareMeasured({
      name: 'transactions-group',
      things: 'leads',
      ours: values,
      theirs: baselines,
      goals: { speed: { atLeast: 1.5 }, cpu: { atMost: 0.6 } },
    })
  },
}
