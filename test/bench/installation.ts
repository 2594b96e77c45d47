import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { type Codec, openCodec, type Topics, topicNames, topicSpecs } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import { type Log, openKafkaLog, openSqliteLog } from '@leadline/log'
import { createEvents, createLogger, createMetrics, openFlows, readConfig, type ServiceEvents } from '@leadline/service'
import type { BenchTools } from './bench.ts'
import { topicsToDelete } from './topics.ts'

/** Topics of their own on a log, with codec, flows and metrics as the services have them. */
export interface Installation extends AsyncDisposable {
  readonly prefix: string
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly flows: Flows
  /** Where its flow file lies. */
  readonly flowsDirectory: string
  readonly events: ServiceEvents
  /** Thrown away in the end. */
  readonly directory: string
}

export interface InstallOptions {
  /** Text of the flow file. */
  readonly flow: string
  /** 6 unless told. */
  readonly partitions?: number
}

/** Opens a log for an installation; `prefix` is that of its topics. */
export type OpenLog = (place: { readonly directory: string; readonly prefix: string }) => Promise<Log>

/** The topics go with the installation. */
export const onKafka =
  ({ brokers, transactions }: Pick<BenchTools, 'brokers' | 'transactions'>): OpenLog =>
  async ({ prefix }) => {
    const log = await openKafkaLog({ brokers, transactions })
    const all = new AsyncDisposableStack()
    all.use(topicsToDelete(brokers, (name) => name.startsWith(prefix)))
    all.use(log)
    return { ...log, [Symbol.asyncDispose]: () => all.disposeAsync() }
  }

export const embedded: OpenLog = ({ directory }) => openSqliteLog({ directory: `${directory}/log` })

/** One for all installations of a process, as a service has one: its code is generated, and each would have to be compiled anew. */
let codecOfProcess: Promise<Codec> | undefined

export async function install(openLog: OpenLog, { flow, partitions = 6 }: InstallOptions): Promise<Installation> {
  await using opened = new AsyncDisposableStack()
  const directory = mkdtempSync(`${tmpdir()}/leadline-bench-`)
  opened.defer(() => rmSync(directory, { recursive: true }))
  const prefix = `bench-${randomUUID().slice(0, 8)}.`
  const config = readConfig({ LOG_LEVEL: 'error', TOPIC_PREFIX: prefix, ALLOW_PRIVATE_DESTINATIONS: 'loopback' })
  const flowsDirectory = mkdtempSync(`${directory}/flows-`)
  writeFileSync(`${flowsDirectory}/bench.yaml`, flow)
  const { flows } = opened.use(await openFlows({ config: { ...config, flowsDirectory }, env: {} }))
  const log = opened.use(await openLog({ directory, prefix }))
  const specs = topicSpecs({ prefix, pools: flows.pools, partitions })
  await log.ensureTopics(specs)
  // Until each partition has a leader that answers, a producer would have to send again.
  await Promise.all(specs.map(({ name }) => untilAnswered(() => log.ends(name))))
  const events = createEvents({ metrics: createMetrics(), logger: createLogger(config, 'bench') })
  codecOfProcess ??= openCodec({ encoding: 'avro' })
  const codec = await codecOfProcess
  const all = opened.move()
  return {
    prefix,
    log,
    codec,
    topics: topicNames(prefix),
    flows,
    flowsDirectory,
    events,
    directory,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answered = await ask().then(
      () => true,
      () => false,
    )
    if (answered) return
    await delay(100)
  }
  await ask()
}
