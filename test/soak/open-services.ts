import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type Codec, openCodec, type Topics, topicNames } from '@leadline/events'
import { type Log, openKafkaLog } from '@leadline/log'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'
import { freePort, isReady, root, startProcess, until } from '../acceptance/processes.ts'
import { type NoKafka, requireKafka } from '../kafka/broker.ts'
import type { Watched } from './sample.ts'

/** The services as processes on a broker, with a partner to call. */
export interface Services extends AsyncDisposable {
  readonly processes: readonly Watched[]
  readonly url: string
  readonly partner: Partner
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly prefix: string
  readonly brokers: string
  /** Holds the output of the processes under `logs`. */
  readonly directory: string
}

const readyWithinMs = 120_000
const endWithinMs = 60_000
/** Left to itself it grows and shrinks by up to 128 MiB, in steps of dozens: no leak of an hour could be told from that. */
const youngGeneration = ['--min-semi-space-size=16', '--max-semi-space-size=16']

/** Starts everything; resolves when it is ready. Every tenth call fails the first time. `onEnd` is told of a process that ends afterwards by itself. */
export async function openServices(transactions: string, onEnd: (name: string) => void): Promise<Services | NoKafka> {
  await using opened = new AsyncDisposableStack()
  const broker = await requireKafka()
  if ('skip' in broker) return broker
  opened.use(broker)
  const partner = await openPartner({ behaviour: 'mix', delayMs: 20, failFirstShare: 0.1 })
  opened.defer(partner.close)
  const directory = mkdtempSync(`${tmpdir()}/leadline-soak-`)
  const logDirectory = `${directory}/logs`
  mkdirSync(logDirectory)
  const prefix = `soak-${randomUUID().slice(0, 8)}.`
  const env = {
    KAFKA_BROKERS: broker.address,
    KAFKA_TRANSACTIONS: transactions,
    TOPIC_PREFIX: prefix,
    LEADLINE_FLOWS: `${root}test/soak/flows`,
    PARTNER_URL: partner.url,
    LEADLINE_DATA: `${directory}/data`,
    ALLOW_PRIVATE_DESTINATIONS: 'loopback',
  }
  let state: 'starting' | 'running' | 'ending' = 'starting'
  const processes: Watched[] = []
  // The gateway first: it makes the topics.
  for (const name of ['gateway', 'worker', 'retrier', 'recorder']) {
    const port = await freePort()
    const inspectorPort = await freePort()
    const nodeArgs = [...youngGeneration, `--inspect=127.0.0.1:${inspectorPort}`]
    const ports = { [name === 'gateway' ? 'PORT' : 'HEALTH_PORT']: String(port) }
    const script = `services/${name}/src/main.ts`
    const started = startProcess({ name, script, nodeArgs, env: { ...env, ...ports }, logDirectory })
    opened.defer(() => endProcess(started))
    void started.exited.then(() => state === 'running' && onEnd(name))
    const ready = isReady(port)
    await until(`${name} is ready`, async () => !started.alive() || (await ready()), readyWithinMs)
    if (!started.alive()) throw new Error(`${name} ended while it started: see ${logDirectory}/${name}.log`)
    processes.push({ name, pid: started.pid, port, inspectorPort, alive: started.alive })
  }
  state = 'running'
  opened.defer(async () => {
    state = 'ending'
  })
  const log = opened.use(await openKafkaLog({ brokers: broker.address.split(',') }))
  const codec = await openCodec({ encoding: 'avro' })
  const held = opened.move()
  return {
    ...{ processes, partner, log, codec, prefix, directory, topics: topicNames(prefix), brokers: broker.address },
    url: `http://127.0.0.1:${processes[0]?.port}`,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function endProcess({ kill, alive }: Pick<ReturnType<typeof startProcess>, 'kill' | 'alive'>): Promise<void> {
  if (!alive()) return
  const forced = setTimeout(() => void kill('SIGKILL'), endWithinMs)
  await kill('SIGTERM')
  clearTimeout(forced)
}
