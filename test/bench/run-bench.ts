import { requireKafka } from '../kafka/broker.ts'
import type { BenchResult } from './measure.ts'
import { rawCalls } from './raw-calls.ts'
import { startSink } from './start-sink.ts'
import { stepOnKafka } from './step-on-kafka.ts'

// What is compared runs in turns on one machine, so that a slow minute hits both.
const rounds = 3
const count = 30_000
const inFlight = 512

const broker = await requireKafka()
if ('skip' in broker) throw new Error(`the benchmark needs Kafka: ${broker.skip}`)
await using _broker = broker
await using sink = await startSink(20)
const body = JSON.stringify({ comment: 'x'.repeat(1_000) })
const plan = { url: sink.url, count, inFlight, body }

const ratios: { readonly raw: number; readonly step: number; readonly rawCpu: number; readonly stepCpu: number }[] = []
await rawCalls({ ...plan, count: 5_000 })
for (let round = 0; round < rounds; round++) {
  const raw = await rawCalls(plan)
  const step = await stepOnKafka(broker.address.split(','), plan)
  ratios.push({ raw: raw.perSecond, step: step.perSecond, rawCpu: raw.cpuPer100k, stepCpu: step.cpuPer100k })
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const line = (name: string, unit: string, values: readonly number[], baselines: readonly number[]): BenchResult => ({
  name,
  value: Math.round(median(values) * 10) / 10,
  unit,
  baseline: Math.round(median(baselines) * 10) / 10,
  ratio: Math.round(median(values.map((value, index) => value / (baselines[index] ?? 1))) * 1_000) / 1_000,
})
const results = [
  line(
    'step-20ms',
    'leads/s',
    ratios.map(({ step }) => step),
    ratios.map(({ raw }) => raw),
  ),
  line(
    'step-20ms-cpu',
    'CPU s per 100,000 leads',
    ratios.map(({ stepCpu }) => stepCpu),
    ratios.map(({ rawCpu }) => rawCpu),
  ),
]
if (process.argv.includes('--json')) console.log(JSON.stringify(results))
else console.table(results)
