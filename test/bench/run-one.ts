import { keepObjectsYoung } from '@leadline/service'
import { type BenchTools, transactionsOf } from './bench.ts'
import { benches } from './benches.ts'
import { describeProfile, wantProfile } from './profile.ts'
import { startSink } from './start-sink.ts'

// One benchmark in a process of its own, so that none inherits another's heap and compiled code: prints its lines as JSON.
const [name, full, word, profile] = process.argv.slice(2)
const bench = benches.find(({ names }) => names.includes(name ?? ''))
if (bench === undefined) throw new Error(`no benchmark ${name}`)
const transactions = transactionsOf(word)
if (transactions === undefined) throw new Error(`no transactions ${word}`)
// As services have it; what is compared with them has it too, and is faster by it.
keepObjectsYoung()
await using opened = new AsyncDisposableStack()
const tools: BenchTools = {
  brokers: (process.env['KAFKA_BROKERS'] ?? '').split(','),
  transactions,
  sink: async (delayMs) => opened.use(await startSink(delayMs)),
  full: full === 'full',
  note: (text) => void process.stderr.write(`  ${text}\n`),
}
if (profile === 'profile') wantProfile()
process.stdout.write(`${JSON.stringify(await bench.run(tools))}\n`)
process.stderr.write(describeProfile())
