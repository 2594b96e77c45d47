import net from 'node:net'
import tls from 'node:tls'
import type { ISocketFactory, Kafka as KafkaClient, KafkaConfig, Logger, SASLOptions } from 'kafkajs'
import type { LogListener } from '../log-listener.ts'
import { teachKafkajsCodecs } from './kafkajs-codecs.ts'
import { Cluster } from './kafkajs-internals.ts'
import { kafkajsLog } from './kafkajs-log.ts'
import { patchKafkajs } from './kafkajs-patches.ts'
import { kafkajsSasl } from './kafkajs-sasl.ts'
import { Kafka, logLevel } from './kafkajs-values.ts'
import type { Refusals } from './refusals.ts'

patchKafkajs()
teachKafkajsCodecs()

export interface KafkaConnection {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl: tls.ConnectionOptions | boolean | undefined
  readonly sasl: SASLOptions | undefined
  /** For tests that cut connections. */
  readonly socketFactory: ISocketFactory | undefined
  readonly listener: LogListener
  readonly refusals: Refusals
}

const timing = { connectionTimeout: 3_000, requestTimeout: 30_000, enforceRequestTimeout: true } as const
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 4 }
const metadataMaxAgeMs = 60_000

/** Something of kafkajs with sockets of its own, which `destroy` ends at once: kafkajs itself waits for every answer first. */
export interface Owned<T> {
  readonly it: T
  destroy(): void
}

/** A kafkajs client. One for each purpose: clients of one instance share what they think was committed. */
export function createKafka(connection: KafkaConnection): Owned<KafkaClient> {
  const sockets = createSockets(connection.socketFactory)
  return { it: new Kafka({ ...kafkaConfig(connection), socketFactory: sockets.factory }), destroy: sockets.destroy }
}

/** Connections to the brokers, below kafkajs' producers and consumers; reads are read_committed. */
export function createCluster(connection: KafkaConnection): Owned<Cluster> {
  const sockets = createSockets(connection.socketFactory)
  const cluster = new Cluster({
    ...timing,
    retry,
    logger: kafkajsLogger(connection),
    socketFactory: sockets.factory,
    brokers: connection.brokers,
    ssl: connection.ssl === true ? {} : connection.ssl,
    sasl: kafkajsSasl(connection.sasl),
    clientId: connection.clientId,
    metadataMaxAge: metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    isolationLevel: 1,
  })
  return { it: cluster, destroy: sockets.destroy }
}

export function kafkajsLogger(connection: KafkaConnection): Logger {
  return new Kafka(kafkaConfig(connection)).logger()
}

function kafkaConfig(connection: KafkaConnection): KafkaConfig {
  const { brokers, clientId, ssl } = connection
  const sasl = kafkajsSasl(connection.sasl)
  return {
    ...timing,
    retry,
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.WARN,
    logCreator: kafkajsLog(connection.listener),
    ...(ssl !== undefined && { ssl }),
    ...(sasl !== undefined && { sasl }),
  }
}

function createSockets(given: ISocketFactory | undefined) {
  const open = new Set<net.Socket>()
  const connect = given ?? defaultSocketFactory
  let destroyed = false
  const factory: ISocketFactory = (args) => {
    if (destroyed) throw new Error('this client was closed')
    const socket = connect(args)
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    return socket
  }
  const destroy = () => {
    destroyed = true
    // With an error: without one, kafkajs does not notice and its callers wait for ever.
    for (const socket of open) socket.destroy(new Error('this client was closed'))
  }
  return { factory, destroy }
}

const keepAliveMs = 60_000

const defaultSocketFactory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const servername = net.isIP(host) === 0 ? { servername: host } : {}
  const socket: net.Socket = ssl
    ? tls.connect({ host, port, ...servername, ...ssl }, onConnect)
    : net.connect({ host, port }, onConnect)
  return socket.setKeepAlive(true, keepAliveMs).setNoDelay(true)
}
