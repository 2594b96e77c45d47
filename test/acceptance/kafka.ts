import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openCodec, topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { requireOwnKafka } from '../kafka/broker.ts'
import { consumeWithJvm } from '../kafka/jvm-consumer.ts'
import { checkOutcomes } from './check-outcomes.ts'
import { feedLeads } from './feed-leads.ts'
import { freePort, isReady, root, startProcess, type TestProcess, until } from './processes.ts'
import { printReport } from './run-report.ts'

// gateway + 2 workers + retrier + recorder as processes on a real broker; meanwhile a worker is killed with -9, another started,
// and the broker restarted. Afterwards every lead is completed once and every step has one outcome.
const { values } = parseArgs({
  options: { leads: { type: 'string', default: '20000' }, rate: { type: 'string', default: '600' } },
})
const leads = Number(values.leads)
const directory = mkdtempSync(`${tmpdir()}/leadline-acceptance-`)
mkdirSync(`${directory}/logs`)
const broker = await requireOwnKafka()
if ('skip' in broker) throw new Error(broker.skip)
await using _broker = broker
const partner = await openPartner({ behaviour: 'accept', failFirstShare: 0.1 })

const prefix = `acceptance-${randomUUID().slice(0, 8)}.`
const env = {
  KAFKA_BROKERS: broker.address,
  TOPIC_PREFIX: prefix,
  LEADLINE_FLOWS: `${root}test/acceptance/flows`,
  PARTNER_URL: partner.url,
  LEADLINE_DATA: `${directory}/data`,
  ALLOW_PRIVATE_DESTINATIONS: 'loopback',
}
const port = await freePort()
const start = async (service: string, name: string, more: Record<string, string>): Promise<TestProcess> =>
  startProcess({ name, script: `services/${service}/src/main.ts`, env: { ...env, ...more }, logDirectory: `${directory}/logs` })
const startWithHealth = async (service: string, name: string): Promise<TestProcess> => {
  const healthPort = await freePort()
  const started = await start(service, name, { HEALTH_PORT: String(healthPort) })
  await until(`${name} ready`, isReady(healthPort), 60_000)
  return started
}

console.log(`broker ${broker.address}, logs of the processes in ${directory}/logs`)
const gateway = await start('gateway', 'gateway', { PORT: String(port) })
await until('gateway ready', isReady(port), 60_000)
const workers = [await startWithHealth('worker', 'worker-1'), await startWithHealth('worker', 'worker-2')]
const others = [await startWithHealth('retrier', 'retrier'), await startWithHealth('recorder', 'recorder')]

const startedAt = Date.now()
const feeding = feedLeads({
  url: `http://127.0.0.1:${port}`,
  flow: 'acceptance',
  count: leads,
  concurrency: 64,
  rate: Number(values.rate),
  run: prefix,
})
const feedMs = (leads / Number(values.rate)) * 1_000
await delay(feedMs * 0.25)
await workers[0]?.kill('SIGKILL')
console.log('worker-1 killed with -9')
await delay(1_000)
workers.push(await startWithHealth('worker', 'worker-3'))
console.log('worker-3 started')
await delay(feedMs * 0.2)
await broker.stop()
console.log('broker stopped')
await broker.start()
console.log('broker started again')
const { accepted, retriedPosts } = await feeding

await using log = await openKafkaLog({ brokers: broker.address.split(',') })
const codec = await openCodec({ encoding: 'avro' })
const topics = topicNames(prefix)
let verdict = await checkOutcomes(log, codec, prefix, accepted)
await until(
  'all leads completed',
  async () => {
    verdict = await checkOutcomes(log, codec, prefix, accepted)
    return verdict.completed >= leads
  },
  180_000,
).catch((error) => console.log(String(error)))
const seconds = (Date.now() - startedAt) / 1_000

const ok = printReport({
  accepted: accepted.size,
  wanted: leads,
  steps: 2,
  faults: { 'worker kill -9': 1, 'broker restart': 1 },
  retriedPosts,
  seconds,
  verdict,
  partner: partner.stats(),
})
let jvm = 0
for (const topic of Object.values(topics.outcomes)) jvm += (await consumeWithJvm({ brokers: broker.address, topic })).length
console.log(`${jvm === verdict.outcomes ? 'ok  ' : 'FAIL'} ${'JVM read_committed consumer sees'.padEnd(34)} ${jvm} outcomes`)
for (const one of [gateway, ...workers.slice(1), ...others]) await one.kill('SIGTERM')
await partner.close()
process.exitCode = ok && jvm === verdict.outcomes ? 0 : 1
