import type { Bench, Transactions } from './bench.ts'
import { compareMeasured } from './compare.ts'
import type { Measurement } from './measure.ts'
import { oneStep } from './step-20ms.ts'

const rounds = 3
const warmUp = 5_000

/** One step on Kafka at 20 ms per call, its lanes committing in one transaction that the group fences, beside lanes with a producer each. */
export const transactions: Bench = {
  names: ['transactions-group', 'transactions-group-cpu'],
  async run(tools) {
    const plan = { url: (await tools.sink(20)).url, count: 20_000, inFlight: 512, body: '' }
    const by = (kind: Transactions, count: number) => oneStep({ ...tools, transactions: kind }, { ...plan, count })
    const [group, lanes]: [Measurement[], Measurement[]] = [[], []]
    await by('group', warmUp)
    await by('lanes', warmUp)
    for (let round = 0; round < rounds; round++) {
      group.push(await by('group', plan.count))
      lanes.push(await by('lanes', plan.count))
    }
    return compareMeasured({
      name: 'transactions-group',
      things: 'leads',
      ours: group,
      theirs: lanes,
      goals: { speed: { atLeast: 1.5 }, cpu: { atMost: 0.6 } },
    })
  },
}
