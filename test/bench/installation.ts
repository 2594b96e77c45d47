import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type Codec, openCodec, type Topics, topicNames, topicSpecs } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import { type Log, openKafkaLog, openSqliteLog } from '@leadline/log'
import { createEvents, createLogger, createMetrics, openFlows, readConfig, type ServiceEvents } from '@leadline/service'

/** Topics of their own on a log, with codec, flows and metrics as the services have them. */
export interface Installation extends AsyncDisposable {
  readonly prefix: string
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly flows: Flows
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

export type OpenLog = (directory: string) => Promise<Log>

export const onKafka =
  (brokers: readonly string[]): OpenLog =>
  () =>
    openKafkaLog({ brokers })

export const embedded: OpenLog = (directory) => openSqliteLog({ directory: `${directory}/log` })

export async function install(openLog: OpenLog, { flow, partitions = 6 }: InstallOptions): Promise<Installation> {
  await using opened = new AsyncDisposableStack()
  const directory = mkdtempSync(`${tmpdir()}/leadline-bench-`)
  opened.defer(() => rmSync(directory, { recursive: true }))
  const prefix = `bench-${randomUUID().slice(0, 8)}.`
  const config = readConfig({ LOG_LEVEL: 'error', TOPIC_PREFIX: prefix, ALLOW_PRIVATE_DESTINATIONS: 'loopback' })
  const flowsDirectory = mkdtempSync(`${directory}/flows-`)
  writeFileSync(`${flowsDirectory}/bench.yaml`, flow)
  const { flows } = opened.use(await openFlows({ config: { ...config, flowsDirectory }, env: {} }))
  const log = opened.use(await openLog(directory))
  await log.ensureTopics(topicSpecs({ prefix, pools: flows.pools, partitions }))
  const events = createEvents({ metrics: createMetrics(), logger: createLogger(config, 'bench') })
  const codec = await openCodec({ encoding: 'avro' })
  const all = opened.move()
  return {
    prefix,
    log,
    codec,
    topics: topicNames(prefix),
    flows,
    events,
    directory,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
