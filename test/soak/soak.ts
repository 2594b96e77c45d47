import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeSoak } from './print-soak.ts'
import { runSoak } from './run-soak.ts'

// npm run soak -- [--minutes 1440] [--rate 20] [--transactions lanes|group]: the services on a broker under a steady load for a long time; every few seconds each process
// is looked at. npm run soak -- --idle [--minutes 10]: without any load. The exit code is 1 when a lead was lost or doubled, when memory,
// handles, sockets or threads grow, or when an idle worker uses more than 3 % of a processor.
const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    rate: { type: 'string', default: '20' },
    transactions: { type: 'string', default: 'auto' },
    idle: { type: 'boolean', default: false },
    'sample-seconds': { type: 'string', default: '10' },
  },
})
const startedAt = Date.now()
const say = (line: string) => console.log(`${((Date.now() - startedAt) / 60_000).toFixed(1).padStart(7)} ${line}`)
const told = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort())

if (existsSync('/proc/self/fd')) process.exitCode = await soak()
else {
  console.error('the soak reads processor time, memory and handles of the services from /proc, which this system does not have')
  process.exitCode = 1
}

async function soak(): Promise<number> {
  const report = await runSoak({
    minutes: Number(values.minutes ?? (values.idle ? 10 : 1_440)),
    rate: values.idle ? null : Number(values.rate),
    transactions: values.transactions,
    sampleEveryMs: Number(values['sample-seconds']) * 1_000,
    say,
    signal: told.signal,
  })
  if ('skip' in report) {
    console.error(`no Kafka: ${report.skip}`)
    return 1
  }
  const { text, violations } = describeSoak(report)
  console.log(text)
  return violations.length === 0 ? 0 : 1
}
