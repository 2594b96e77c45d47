import { parseArgs } from 'node:util'
import { requireKafka } from '../kafka/broker.ts'
import type { Bench, BenchResult, BenchTools } from './bench.ts'
import { benches } from './benches.ts'
import { type Sink, startSink } from './start-sink.ts'

const usage = `npm run bench -- [NAME…] [--json] [--full]
  Measures each benchmark beside its baseline, in turns in one run. Without names: all.
  --json  prints [{name, value, unit, baseline, ratio}] and nothing else on standard output
  --full  the backlog in its full size of a million leads
Names: ${benches.flatMap(({ names }) => names).join(', ')}
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => !benches.some(({ names }) => names.includes(name)))
if (values.help || unknown.length > 0) {
  process.stderr.write(unknown.length > 0 ? `no benchmark ${unknown.join(', ')}\n${usage}` : usage)
  process.exitCode = unknown.length > 0 ? 1 : 0
} else await runAll(positionals)

async function runAll(wanted: readonly string[]): Promise<void> {
  const broker = await requireKafka()
  if ('skip' in broker) throw new Error(`the benchmark needs Kafka: ${broker.skip}`)
  await using opened = new AsyncDisposableStack()
  opened.use(broker)
  const sinks = new Map<number, Promise<Sink>>()
  opened.defer(async () => {
    for (const sink of sinks.values()) await (await sink)[Symbol.asyncDispose]()
  })
  const tools: BenchTools = {
    brokers: broker.address.split(','),
    sink: (delayMs) => {
      const sink = sinks.get(delayMs) ?? startSink(delayMs)
      sinks.set(delayMs, sink)
      return sink
    },
    full: values.full,
    note: (text) => void process.stderr.write(`${text}\n`),
  }
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)
  const results: BenchResult[] = []
  for (const bench of benches.filter(({ names }) => names.some(isWanted))) results.push(...(await runOne(bench, tools)))
  report(results.filter(({ name }) => isWanted(name)))
}

async function runOne(bench: Bench, tools: BenchTools): Promise<readonly BenchResult[]> {
  const startedAt = performance.now()
  const results = await bench.run(tools)
  tools.note(`${bench.names.join(', ')}: ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  return results
}

function report(results: readonly BenchResult[]): void {
  const lines = results.map(({ name, value, unit, baseline, ratio }) => ({ name, value, unit, baseline, ratio }))
  if (values.json) process.stdout.write(`${JSON.stringify(lines)}\n`)
  else console.table(results)
}
