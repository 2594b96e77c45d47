import type { Bench, BenchTools } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare, type Goal } from './compare.ts'
import { install, onKafka } from './installation.ts'
import type { Measurement } from './measure.ts'
import { eachBatch, eachMessage, plainKafkajs } from './plain-kafkajs.ts'
import { type CallPlan, rawCalls } from './raw-calls.ts'
import { runSteps, warmUpLeads } from './run-steps.ts'

const rounds = 3
const count = 40_000
/** One message at a time takes its time. */
const countOneByOne = 500

/** One step on Kafka at 20 ms per call, 512 in flight, beside the same calls with nothing around them and beside plain kafkajs. */
export const step20ms: Bench = {
  names: ['step-20ms', 'step-20ms-eachmessage', 'step-20ms-eachbatch', 'step-20ms-cpu'],
  async run(tools) {
    const body = JSON.stringify({ comment: 'x'.repeat(1_000) })
    const plan = { url: (await tools.sink(20)).url, count, inFlight: 512, body }
    await rawCalls({ ...plan, count: warmUpLeads })
    await oneStep(tools, { ...plan, count: warmUpLeads })
    await plainKafkajs(tools.brokers, { ...plan, count: warmUpLeads }, eachBatch)
    await plainKafkajs(tools.brokers, { ...plan, count: countOneByOne }, eachMessage)
    const [raw, ours, batches, messages]: [Measurement[], Measurement[], Measurement[], Measurement[]] = [[], [], [], []]
    for (let round = 0; round < rounds; round++) {
      raw.push(await rawCalls(plan))
      ours.push(await oneStep(tools, plan))
      batches.push(await plainKafkajs(tools.brokers, plan, eachBatch))
      messages.push(await plainKafkajs(tools.brokers, { ...plan, count: countOneByOne }, eachMessage))
    }
    const speed = (all: readonly Measurement[]): number[] => all.map(({ perSecond }) => perSecond)
    const cpu = (all: readonly Measurement[]): number[] => all.map(({ cpuPer100k }) => cpuPer100k)
    const fast = (name: string, baseline: readonly Measurement[], goal: Goal) =>
      compare({ name, unit: 'leads/s', values: speed(ours), baselines: speed(baseline), goal })
    return [
      fast('step-20ms', raw, { atLeast: 0.4 }),
      fast('step-20ms-eachmessage', messages, { atLeast: 30 }),
      fast('step-20ms-eachbatch', batches, { atLeast: 0.9 }),
      compare({
        name: 'step-20ms-cpu',
        unit: 'CPU s per 100,000 leads',
        values: cpu(ours),
        baselines: cpu(raw),
        goal: { atMost: 3.3 },
      }),
    ]
  },
}

/** A fresh installation on Kafka whose flow has one step works off `count` leads. */
export async function oneStep(tools: Pick<BenchTools, 'brokers' | 'transactions'>, plan: CallPlan): Promise<Measurement> {
  await using installation = await install(onKafka(tools), { flow: benchFlow(plan.url, 1) })
  return await runSteps(installation, { count: plan.count, inFlight: plan.inFlight, steps: 1 })
}
