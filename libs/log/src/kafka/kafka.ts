import type { ConnectionOptions } from 'node:tls'
import type { ISocketFactory, SASLOptions } from 'kafkajs'
import { askAnyBroker } from '../kafka-fenced/ask-any-broker.ts'
import type { Transactions } from '../kafka-fenced/choose-transactions.ts'
import { type Cluster, openCluster } from '../kafka-fenced/cluster.ts'
import { startFencedMembership } from '../kafka-fenced/fenced-membership.ts'
import { type Chosen, openChosen } from '../kafka-fenced/open-chosen.ts'
import { brokerAddress, type WireOptions } from '../kafka-fenced/wire/broker-connection.ts'
import { findCoordinatorCall } from '../kafka-fenced/wire/group-calls.ts'
import { wireSasl } from '../kafka-fenced/wire/sasl.ts'
import { topicRightsCall } from '../kafka-fenced/wire/topic-rights-call.ts'
import { createWireSender } from '../kafka-fenced/wire-sender.ts'
import type { Log, Membership } from '../log.ts'
import { unavailable, unknownTopic } from '../log-errors.ts'
import type { LogListener } from '../log-listener.ts'
import { usualLimits } from '../usual-limits.ts'
import { createAppender, type Sender } from './appender.ts'
import { createBackoff } from './backoff.ts'
import { ensureKafkaTopics } from './ensure-topics.ts'
import { createKafkaAdmin } from './kafka-admin.ts'
import type { KafkaConnection } from './kafka-client.ts'
import { errorText, isLeaderless, isRefusal, isUnknownTopic, toLogError } from './kafka-errors.ts'
import { startKafkaMembership } from './kafka-membership.ts'
import type { Cluster as KafkajsCluster } from './kafkajs-internals.ts'
import { createKafkajsSender } from './kafkajs-sender.ts'
import { onTopics } from './missing-right.ts'
import { oncePassed, unheardMs } from './once-passed.ts'
import { endsOfPartition, partitionEnds, writtenEnd } from './partition-ends.ts'
import { createPartitionReader } from './partition-reader.ts'
import { readPartition } from './read-partition.ts'
import { createRefusals } from './refusals.ts'
import { createTopicCatalog } from './topic-catalog.ts'

export interface KafkaLogOptions {
  /** host:port, any of the cluster. */
  readonly brokers: readonly string[]
  readonly clientId?: string
  readonly logger?: LogListener
  /** Copies of each partition of topics made here; default three, or as many as there are brokers. */
  readonly replication?: number
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
  /** How long the group waits for a silent member before others get its lanes; default 10 s. */
  readonly sessionTimeoutMs?: number
  /** How often a member reports, and so learns of a rebalance; default 500 ms. */
  readonly heartbeatIntervalMs?: number
  /** How long an owner may drain its lanes when a membership closes; default 20 s. */
  readonly drainTimeoutMs?: number
  /** For tests that cut connections. */
  readonly socketFactory?: ISocketFactory
  /** How lanes commit: `lanes` unless told; with `auto` the brokers decide. */
  readonly transactions?: Transactions | 'auto'
  /** With `group`: a name that this process has again after a restart, and no other process at the same time. */
  readonly slot?: string
  /** For tests that lose answers, with `group`. */
  readonly wrapConnection?: WireOptions['wrap']
}

/**
 * Opens the log on Apache Kafka. Nothing is asked of the brokers yet: what needs them waits for them, or rejects with
 * LOG_UNAVAILABLE, and goes on by itself when they are back.
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const listener = options.logger ?? (() => {})
  const { brokers, clientId = 'leadline', ssl, sasl, socketFactory } = options
  const bootstrap = brokers.map(brokerAddress)
  const wire = (): WireOptions => ({
    clientId,
    tls: ssl === true ? {} : ssl || undefined,
    sasl: wireSasl(sasl),
    wrap: options.wrapConnection,
  })
  const refusals = createRefusals({
    rights: (topics) => askAnyBroker(bootstrap, wire(), topicRightsCall(topics)),
    coordinator: (type, key) => askAnyBroker(bootstrap, wire(), findCoordinatorCall(type, key)),
    listener,
    now: Date.now,
  })
  const connection: KafkaConnection = { brokers, clientId, ssl, sasl, socketFactory, listener, refusals }
  const admin = createKafkaAdmin(connection)
  const openWanted = (): Promise<Chosen> => openChosen(options.transactions ?? 'lanes', () => openCluster(bootstrap, wire()))
  const openSender = async (): Promise<Sender> => {
    const { cluster } = await openWanted()
    return cluster === undefined ? createKafkajsSender(connection) : createWireSender(cluster, refusals)
  }
  const closing = new AbortController()
  const catalog = createTopicCatalog(admin, refusals, closing.signal)
  const appender = createAppender({ openSender, catalog, refusals })
  const memberships = new Set<Membership>()
  let closed: Promise<void> | undefined

  const refuseWhenClosed = () => {
    if (closing.signal.aborted) throw unavailable('do this: it is closed')
  }
  const refuseUnknown = (topics: readonly string[]) =>
    untilReachable(`know the topics ${topics.join(', ')}`, () => Promise.all(topics.map((topic) => catalog.facts(topic))))

  /** Tries again while the brokers do not answer; a refusal or an error of ours is the end. */
  const untilReachable = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const backoff = createBackoff(200, 10_000)
    for (;;) {
      try {
        refuseWhenClosed()
        return await work()
      } catch (error) {
        const logError = (await refusals.of(error, [])) ?? toLogError(what, error)
        if (logError.code !== 'LOG_UNAVAILABLE' || isRefusal(error) || closing.signal.aborted) throw logError
        await backoff.wait(closing.signal, (delayMs) =>
          listener('warn', `Kafka at ${brokers.join(',')} does not answer: ${errorText(error)}; trying again in ${delayMs} ms`, {
            what,
          }),
        )
      }
    }
  }
  const describe = async <T>(topic: string, work: (cluster: KafkajsCluster) => Promise<T>): Promise<T> => {
    refuseWhenClosed()
    try {
      return await onceHeard(() => onceLed(() => admin.useCluster(work), closing.signal), closing.signal)
    } catch (error) {
      if (isUnknownTopic(error)) throw unknownTopic(topic)
      throw (await refusals.of(error, onTopics('DESCRIBE', [topic]))) ?? toLogError(`tell the ends of ${topic}`, error)
    }
  }
  const settled = async (topic: string, partition: number): Promise<void> => {
    const written = await describe(topic, (cluster) => writtenEnd(cluster, topic, partition))
    const backoff = createBackoff(5, 200)
    const end = () => describe(topic, (cluster) => endsOfPartition(cluster, topic, partition)).then((found) => found.end)
    while ((await end()) < written) await backoff.wait(closing.signal)
  }
  const endsOf = (topic: string, partition: number) =>
    onceLed(() => admin.useCluster((cluster) => endsOfPartition(cluster, topic, partition)), closing.signal)
  /** Connections for transactions fenced by the group; undefined when they are not to be. */
  const openFor = async (group: string, topics: readonly string[]): Promise<Cluster | undefined> => {
    const { choice, cluster } = await untilReachable('ask what the brokers can do', openWanted)
    const { transactions, why } = choice
    listener('info', `${group} commits by ${transactions}: ${why}`, { group, transactions })
    try {
      if (cluster !== undefined) await untilReachable(`know the topics ${topics.join(', ')}`, () => cluster.know(topics))
      return cluster
    } catch (error) {
      cluster?.close()
      throw error
    }
  }
  const close = async () => {
    await Promise.all([...memberships].map((membership) => membership.close()))
    await appender.close()
    closing.abort()
    admin.close()
  }

  return {
    limits: usualLimits,
    append: (records) => appender.append(records),
    async join(group, topics, owner) {
      await refuseUnknown(topics)
      refuseWhenClosed()
      const shared = {
        catalog,
        group,
        topics,
        owner,
        listener,
        metadataLength: usualLimits.metadataLength,
        heartbeatIntervalMs: options.heartbeatIntervalMs ?? 500,
        drainTimeoutMs: options.drainTimeoutMs ?? 20_000,
      }
      const cluster = await openFor(group, topics)
      if (closed !== undefined) {
        cluster?.close()
        throw unavailable('join: it is closed')
      }
      const membership =
        cluster === undefined
          ? startKafkaMembership({ ...shared, connection, admin, sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000 })
          : startFencedMembership({ ...shared, refusals, endsOf, slot: options.slot, cluster })
      memberships.add(membership)
      try {
        await membership.joined
      } catch (error) {
        memberships.delete(membership)
        await membership.close()
        throw error
      }
      return {
        async close() {
          await membership.close()
          memberships.delete(membership)
        },
      }
    },
    read(range, signal) {
      refuseWhenClosed()
      const stop = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal])
      return readPartition({ reader: createPartitionReader(connection, range.topic, range.partition), range, stop, listener })
    },
    ends: (topic) => describe(topic, (cluster) => partitionEnds(cluster, topic)),
    settled,
    ensureTopics: (specs) =>
      untilReachable('check the topics', () =>
        admin.use((client) =>
          ensureKafkaTopics(client, specs, {
            replication: options.replication,
            metadataLength: usualLimits.metadataLength,
            refusals,
            signal: closing.signal,
          }),
        ),
      ),
    [Symbol.asyncDispose]() {
      closed ??= close()
      return closed
    },
  }
}

const onceHeard = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  oncePassed(work, { passes: isUnknownTopic, withinMs: unheardMs, signal })

const electionMs = 5_000

/** What `work` gives once partitions have leaders that know it: those of a topic that was just made have none for a moment. */
const onceLed = <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  oncePassed(work, { passes: isLeaderless, withinMs: electionMs, signal })
