import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { root } from '../acceptance/processes.ts'
import { requireKafka } from '../kafka/broker.ts'
import { type Bench, type BenchResult, transactionsOf } from './bench.ts'
import { benches } from './benches.ts'
import { missedGoals } from './missed-goals.ts'

const usage = `npm run bench -- [NAME…] [--json] [--full] [--transactions lanes|group] [--profile]
  Measures each benchmark beside its baseline, in turns in one run. Without names: all; "language" is every language-….
  --json  prints [{name, value, unit, baseline, ratio}] and nothing else on standard output
  --full  the backlog in its full size of a million leads
  --transactions  how the lanes of workers commit (KAFKA_TRANSACTIONS); group unless told
  --profile  says on standard error who used the main thread of a worker, for step-…, three-steps, standalone, intake, transactions, backlog
Names: ${benches.flatMap(({ names }) => names).join(', ')}
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    transactions: { type: 'string', default: 'group' },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const means = (wanted: string, name: string): boolean => name === wanted || name.startsWith(`${wanted}-`)
const unknown = positionals.filter((wanted) => !benches.some(({ names }) => names.some((name) => means(wanted, name))))
const mistake =
  unknown.length > 0
    ? `no benchmark ${unknown.join(', ')}\n`
    : transactionsOf(values.transactions) === undefined
      ? `no transactions ${values.transactions}\n`
      : ''
if (values.help || mistake !== '') {
  process.stderr.write(mistake + usage)
  process.exitCode = mistake === '' ? 0 : 1
} else await runAll(positionals)

async function runAll(wanted: readonly string[]): Promise<void> {
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((one) => means(one, name))
  const chosen = benches.filter(({ names }) => names.some(isWanted))
  await using broker = chosen.every(({ alone }) => alone === true) ? undefined : await someKafka()
  const results: BenchResult[] = []
  for (const bench of chosen) results.push(...(await runOne(bench, broker?.address ?? '')))
  report(results.filter(({ name }) => isWanted(name)))
}

async function someKafka() {
  const broker = await requireKafka()
  if ('skip' in broker) throw new Error(`the benchmark needs Kafka: ${broker.skip}`)
  return broker
}

/** A benchmark that fails says why on standard error, leaves its lines out and makes the command fail; the others go on. */
async function runOne(bench: Bench, brokers: string): Promise<readonly BenchResult[]> {
  const startedAt = performance.now()
  const name = bench.names[0] ?? ''
  const child = spawn(
    process.execPath,
    [`${root}test/bench/run-one.ts`, name, values.full ? 'full' : 'usual', values.transactions, values.profile ? 'profile' : ''],
    {
      env: { ...process.env, KAFKA_BROKERS: brokers },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [printed, code] = await Promise.all([text(child.stdout), exited])
  process.stderr.write(`${name}: ${code === 0 ? '' : 'FAILED after '}${Math.round((performance.now() - startedAt) / 1_000)} s\n`)
  if (code === 0) return JSON.parse(printed)
  process.exitCode = 1
  return []
}

function report(results: readonly BenchResult[]): void {
  const lines = results.map(({ name, value, unit, baseline, ratio }) => ({ name, value, unit, baseline, ratio }))
  if (values.json) process.stdout.write(`${JSON.stringify(lines)}\n`)
  else console.table(results)
  process.stderr.write(missedGoals(results))
}
