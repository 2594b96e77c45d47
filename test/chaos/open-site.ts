import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { retryTiersMs } from '@leadline/domain'
import { type Codec, openCodec, type Topics, topicNames } from '@leadline/events'
import { type Log, openKafkaLog } from '@leadline/log'
import { freePort, root } from '../acceptance/processes.ts'
import { openTcpProxy, type TcpProxy } from '../fakes/tcp-proxy.ts'
import type { NoKafka } from '../kafka/broker.ts'
import { type JvmCluster, startJvmCluster } from '../kafka/jvm-cluster.ts'
import { type OutsideWorld, openOutsideWorld } from './outside-world.ts'
import { createServiceSlot, type ServiceSlot } from './service-slot.ts'

/** The whole installation: three brokers behind proxies, services as processes, and the outside. */
export interface Site extends AsyncDisposable {
  readonly cluster: JvmCluster
  /** One for each broker, in their order; only clients pass through them. */
  readonly proxies: readonly TcpProxy[]
  readonly gateway: ServiceSlot
  readonly workers: readonly ServiceSlot[]
  readonly retrier: ServiceSlot
  readonly recorder: ServiceSlot
  readonly outside: OutsideWorld
  /** Undisturbed by faults of the network. */
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly retryTopics: readonly string[]
  readonly prefix: string
  readonly url: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  /** What went wrong by itself so far. */
  readonly incidents: readonly string[]
}

export interface SiteOptions {
  readonly workers: number
  readonly prefix: string
  /** KAFKA_TRANSACTIONS of all services. */
  readonly transactions: string
}

/** Starts the cluster and the services; resolves when all are ready. */
export async function openSite({ workers, prefix, transactions }: SiteOptions): Promise<Site | NoKafka> {
  await using opened = new AsyncDisposableStack()
  const proxies: TcpProxy[] = []
  const advertise = async (port: number) => {
    const proxy = opened.use(await openTcpProxy(port))
    proxies.push(proxy)
    return proxy.port
  }
  const cluster = await startJvmCluster({ advertise })
  if ('skip' in cluster) return cluster
  opened.use(cluster)
  const outside = await openOutsideWorld({ delayMs: 20, failFirstShare: 0.1 })
  opened.defer(outside.close)
  const directory = mkdtempSync(`${tmpdir()}/leadline-chaos-`)
  mkdirSync(`${directory}/logs`)
  const env = {
    KAFKA_BROKERS: proxies.map(({ port }) => `127.0.0.1:${port}`).join(','),
    KAFKA_REPLICATION: '3',
    KAFKA_TRANSACTIONS: transactions,
    TOPIC_PREFIX: prefix,
    LEADLINE_FLOWS: `${root}test/chaos/flows`,
    LEADLINE_DATA: `${directory}/data`,
    PARTNER_URL: outside.url,
    ALLOW_PRIVATE_DESTINATIONS: 'loopback',
  }
  const incidents: string[] = []
  const port = await freePort()
  const slot = (
    service: 'gateway' | 'worker' | 'retrier' | 'recorder',
    name: string,
    more: { port?: number } = {},
  ): ServiceSlot => {
    const onUnexpectedEnd = (life: string) => void incidents.push(`${life} ended by itself`)
    const made = createServiceSlot({ name, service, env, logDirectory: `${directory}/logs`, onUnexpectedEnd, ...more })
    opened.defer(() => made.end('SIGKILL'))
    return made
  }
  const gateway = slot('gateway', 'gateway', { port })
  const services = {
    workers: Array.from({ length: workers }, (_, index) => slot('worker', `worker${index + 1}`)),
    retrier: slot('retrier', 'retrier'),
    recorder: slot('recorder', 'recorder'),
  }
  // The first one makes the topics.
  await gateway.start()
  for (const one of [...services.workers, services.retrier, services.recorder]) await one.start('not')
  for (const one of [...services.workers, services.retrier, services.recorder]) await one.untilReady()
  const log = opened.use(await openKafkaLog({ brokers: cluster.direct.split(',') }))
  const codec = await openCodec({ encoding: 'avro' })
  const topics = topicNames(prefix)
  const held = opened.move()
  return {
    ...services,
    ...{ cluster, proxies, gateway, outside, log, codec, prefix, directory, env, incidents },
    topics,
    retryTopics: retryTiersMs.map((tierMs) => topics.retry(tierMs)),
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
