import type { Bench, BenchTools } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { install, onKafka } from './installation.ts'
import type { Measurement } from './measure.ts'
import { type CallPlan, rawCalls } from './raw-calls.ts'
import { runSteps } from './run-steps.ts'

const rounds = 3
const count = 30_000
const warmUp = 5_000

/** One step on Kafka at 20 ms per call, 512 in flight, beside the same calls with nothing around them. */
export const step20ms: Bench = {
  names: ['step-20ms', 'step-20ms-cpu'],
  async run(tools) {
    const plan = { url: (await tools.sink(20)).url, count, inFlight: 512, body: JSON.stringify({ comment: 'x'.repeat(1_000) }) }
    await rawCalls({ ...plan, count: warmUp })
    await oneStep(tools, { ...plan, count: warmUp })
    const raws: Measurement[] = []
    const ours: Measurement[] = []
    for (let round = 0; round < rounds; round++) {
      raws.push(await rawCalls(plan))
      ours.push(await oneStep(tools, plan))
    }
    return [
      compare({
        name: 'step-20ms',
        unit: 'leads/s',
        values: ours.map(({ perSecond }) => perSecond),
        baselines: raws.map(({ perSecond }) => perSecond),
        goal: { atLeast: 0.4 },
      }),
      compare({
        name: 'step-20ms-cpu',
        unit: 'CPU s per 100,000 leads',
        values: ours.map(({ cpuPer100k }) => cpuPer100k),
        baselines: raws.map(({ cpuPer100k }) => cpuPer100k),
        goal: { atMost: 3.3 },
      }),
    ]
  },
}

export async function oneStep({ brokers }: Pick<BenchTools, 'brokers'>, plan: CallPlan): Promise<Measurement> {
  await using installation = await install(onKafka(brokers), { flow: benchFlow(plan.url, 1) })
  return await runSteps(installation, { count: plan.count, inFlight: plan.inFlight, steps: 1 })
}
