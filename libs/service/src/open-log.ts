import { join } from 'node:path'
import type { LeadlineError } from '@leadline/domain'
import * as wire from '@leadline/events'
import * as logs from '@leadline/log'
import type { ServiceContext } from './lifecycle.ts'
import { tryUntilAvailable } from './try-until.ts'
import { watchLog } from './watch-log.ts'

export type LogContext = Pick<ServiceContext, 'config' | 'logger' | 'health' | 'events' | 'signal'>

/**
 * The log that the configuration names, its topics in place. While Kafka is unreachable it waits and tries again, unready;
 * a mismatch of topics rejects with LOG_MISMATCH. `pools` are those of the loaded flows.
 */
export async function openLog(context: LogContext, pools: readonly string[]): Promise<logs.Log> {
  const { config, health, events, signal } = context
  const { received } = wire.topicNames(config.topicPrefix)
  health.setReady('log', false, 'not connected yet')
  const log = await tryUntilAvailable(() => openWithTopics(context, pools), {
    onFailure: config.kafka ? events.logUnavailable : giveUp,
    signal,
  })
  return watchLog(log, { health, topic: received, onFailure: events.logUnavailable, onRecovery: events.logAvailable })
}

/** The codec of events, in the configured encoding. While the schema registry is unreachable it waits and tries again. */
export function openEventCodec({
  config,
  events,
  signal,
}: Pick<LogContext, 'config' | 'events' | 'signal'>): Promise<wire.Codec> {
  const { eventEncoding: encoding, schemaRegistryUrl: url } = config
  const open = () => wire.openCodec(url === null ? { encoding } : { encoding, registry: { url } })
  return tryUntilAvailable(open, { onFailure: events.logUnavailable, signal })
}

async function openWithTopics({ config, logger }: LogContext, pools: readonly string[]): Promise<logs.Log> {
  const log = config.kafka
    ? await logs.openKafkaLog({
        brokers: config.kafka.brokers,
        logger,
        ...(config.kafka.replication !== null && { replication: config.kafka.replication }),
      })
    : await logs.openSqliteLog({ directory: join(config.dataDirectory, 'log') })
  try {
    await log.ensureTopics(wire.topicSpecs({ prefix: config.topicPrefix, pools, partitions: config.topicPartitions }))
    return log
  } catch (thrown) {
    await log[Symbol.asyncDispose]()
    throw thrown
  }
}

// A directory that cannot be written or is used by another process stays so until a person acts.
function giveUp(error: LeadlineError): never {
  throw error
}
