import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { type LeadCompleted, openCodec, topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import { Agent } from 'undici'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { requireOwnKafka } from '../kafka/broker.ts'
import { forEachEvent } from './check-outcomes.ts'
import { forEachIndex, postAtOnce } from './post-at-once.ts'
import { freePort, isReady, root, startProcess, type TestProcess, until } from './processes.ts'

// Two gateways and two workers as processes on a real broker. Pairs of equal leads are submitted at the same instant, one to each gateway:
// of each pair one passes and one fails as a duplicate. Then twice as many leads as a cap lets pass, from three sources: exactly so many pass.
// With --kill a worker is killed with -9 in the middle of those, and another one started.
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5000' },
    capped: { type: 'string', default: '2000' },
    kill: { type: 'boolean', default: false },
  },
})
const pairs = Number(values.pairs)
const capped = Number(values.capped)
const cap = 1_000
const directory = mkdtempSync(`${tmpdir()}/leadline-duplicates-`)
mkdirSync(`${directory}/logs`)
const broker = await requireOwnKafka()
if ('skip' in broker) throw new Error(broker.skip)
await using _broker = broker
await using opened = new AsyncDisposableStack()
const partner = await openPartner({ behaviour: 'accept' })
opened.defer(() => partner.close())
const agent = new Agent({ connections: 64 })
opened.defer(() => agent.close())
const prefix = `duplicates-${randomUUID().slice(0, 8)}.`
const env = {
  KAFKA_BROKERS: broker.address,
  TOPIC_PREFIX: prefix,
  LEADLINE_FLOWS: `${root}test/acceptance/gated-flows`,
  PARTNER_URL: partner.url,
  ALLOW_PRIVATE_DESTINATIONS: 'loopback',
}

async function start(service: 'gateway' | 'worker', number: number): Promise<{ process: TestProcess; url: string }> {
  const name = `${service}-${number}`
  const port = await freePort()
  const its = { ...env, LEADLINE_DATA: `${directory}/${name}`, [service === 'gateway' ? 'PORT' : 'HEALTH_PORT']: String(port) }
  const script = `services/${service}/src/main.ts`
  const process = startProcess({ name, script, env: its, logDirectory: `${directory}/logs` })
  opened.defer(() => process.kill('SIGTERM'))
  await until(`${name} ready`, isReady(port), 180_000)
  return { process, url: `http://127.0.0.1:${port}` }
}

console.log(`broker ${broker.address}, logs of the processes in ${directory}/logs`)
const gateways = [await start('gateway', 1), await start('gateway', 2)]
const workers = [await start('worker', 1), await start('worker', 2)]
const urlOf = (index: number): string => gateways[index % gateways.length]?.url ?? ''
const startedAt = Date.now()
const pairOf = new Map<string, number>()
await forEachIndex(pairs, 32, async (index) => {
  const equal = [0, 1].map((half) => ({
    url: urlOf(half),
    flow: 'duplicates',
    source: 'web',
    idempotencyKey: `${index}-${half}`,
    fields: { email: half === 0 ? `ada${index}@example.com` : ` ADA${index}@Example.com` },
  }))
  for (const leadId of await postAtOnce(equal, agent)) pairOf.set(leadId, index)
})
console.log(`${pairs} pairs submitted in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`)
const sources = ['web', 'partner', 'desk']
async function replaceWorker(): Promise<void> {
  await workers.shift()?.process.kill('SIGKILL')
  console.log('worker-1 killed with -9')
  workers.push(await start('worker', 3))
}
let replaced = Promise.resolve()
await forEachIndex(capped, 64, async (index) => {
  if (values.kill && index === Math.floor(capped / 2)) replaced = replaceWorker()
  const source = sources[index % sources.length] ?? ''
  const lead = { url: urlOf(index), flow: 'capped', source, idempotencyKey: `capped-${index}`, fields: { number: index } }
  await postAtOnce([lead], agent)
})
await replaced
console.log(`${capped} leads under a cap of ${cap} submitted`)

await using log = await openKafkaLog({ brokers: broker.address.split(',') })
const codec = await openCodec({ encoding: 'avro' })
let ended: LeadCompleted[] = []
async function readEnded(): Promise<boolean> {
  const found: LeadCompleted[] = []
  const decode = (bytes: Buffer) => codec.decode('lead-completed', bytes)
  await forEachEvent<LeadCompleted>(log, topicNames(prefix).completed, decode, (event) => found.push(event))
  ended = found
  return ended.length >= 2 * pairs + capped
}
await until('all leads completed', readEnded, 600_000).catch((error) => console.log(String(error)))

const endedAs = (flow: string, reason: string | null) =>
  ended.filter((event) => event.flow === flow && event.reason === reason && (reason === null) === (event.outcome === 'success'))
const passedPairs = new Set(endedAs('duplicates', null).map(({ leadId }) => pairOf.get(leadId)))
const failedPairs = new Set(endedAs('duplicates', 'Duplicate lead').map(({ leadId }) => pairOf.get(leadId)))
const counts: readonly (readonly [string, number, number])[] = [
  ['leads completed', ended.length, 2 * pairs + capped],
  ['distinct leads completed', new Set(ended.map(({ leadId }) => leadId)).size, 2 * pairs + capped],
  ['pairs of which one lead passed', passedPairs.size, pairs],
  ['leads of pairs that passed', endedAs('duplicates', null).length, pairs],
  ['pairs of which one failed as "Duplicate lead"', failedPairs.size, pairs],
  ['leads that failed as "Duplicate lead"', endedAs('duplicates', 'Duplicate lead').length, pairs],
  [`leads that passed a cap of ${cap}`, endedAs('capped', null).length, Math.min(cap, capped)],
  ['leads that failed as "Cap reached"', endedAs('capped', 'Cap reached').length, Math.max(0, capped - cap)],
  ['leads that the partner was sent', partner.stats().distinctKeys, pairs + Math.min(cap, capped)],
]
for (const [what, got, wanted] of counts)
  console.log(`${got === wanted ? 'ok  ' : 'FAIL'} ${what.padEnd(48)} ${got} of ${wanted}`)
console.log(`     ${'seconds'.padEnd(48)} ${((Date.now() - startedAt) / 1_000).toFixed(1)}`)
process.exitCode = counts.every(([, got, wanted]) => got === wanted) ? 0 : 1
