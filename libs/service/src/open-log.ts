import { join } from 'node:path'
import { type Codec, type CodecOptions, openCodec, topicNames, topicSpecs } from '@leadline/events'
import { type Log, type LogListener, openKafkaLog, openSqliteLog } from '@leadline/log'
import type { ServiceEvents } from './events.ts'
import { kafkaOptions } from './kafka-options.ts'
import type { ServiceContext } from './lifecycle.ts'
import type { Logger } from './logger.ts'
import { tryUntilAvailable, unlessAborted } from './try-until.ts'
import { watchLog } from './watch-log.ts'

export interface LogContext extends Pick<ServiceContext, 'config' | 'logger' | 'health' | 'events' | 'signal'> {
  /** How long a locked or unwritable directory of the embedded log is tried again; 5 s unless told. */
  readonly embeddedPatienceMs?: number
}

/**
 * The log that the configuration names, its topics in place. While Kafka is unreachable it waits and tries again, unready;
 * a mismatch of topics rejects with LOG_MISMATCH. `pools` are those of the loaded flows.
 */
export async function openLog(context: LogContext, pools: readonly string[]): Promise<Log> {
  const { config, health, events, signal, embeddedPatienceMs = 5_000 } = context
  const { received } = topicNames(config.topicPrefix)
  health.setReady('log', false, 'not connected yet')
  const onFailure = config.kafka ? events.logUnavailable : giveUpLater(events.logUnavailable, embeddedPatienceMs)
  const log = await tryUntilAvailable(() => openWithTopics(context, pools), { onFailure, signal })
  const { logUnavailable, logAvailable } = events
  return watchLog(log, { health, topic: received, onFailure: logUnavailable, onRecovery: logAvailable, ending: signal })
}

/** The codec of events, in the configured encoding. While the schema registry is unreachable it waits and tries again. */
export function openEventCodec({ config, events, signal }: Pick<LogContext, 'config' | 'events' | 'signal'>): Promise<Codec> {
  return tryUntilAvailable(() => openCodec(codecOptions(config)), { onFailure: events.logUnavailable, signal })
}

export function codecOptions({ eventEncoding: encoding, schemaRegistryUrl: url }: LogContext['config']): CodecOptions {
  return url === null ? { encoding } : { encoding, registry: { url } }
}

async function openWithTopics({ config, logger, signal }: LogContext, pools: readonly string[]): Promise<Log> {
  const specs = topicSpecs({ prefix: config.topicPrefix, pools, partitions: config.topicPartitions })
  const log = config.kafka
    ? await openKafkaLog({ ...kafkaOptions(config.kafka), logger: listenerOf(logger) })
    : await openSqliteLog({ directory: join(config.dataDirectory, 'log'), log: listenerOf(logger) })
  try {
    // Kafka's driver waits for the brokers here, and tells; closing it ends that.
    await unlessAborted(log.ensureTopics(specs), signal)
    return log
  } catch (thrown) {
    await log[Symbol.asyncDispose]()
    throw thrown
  }
}

// A former process may still be ending. A directory that stays locked or cannot be written needs a person.
function giveUpLater(tell: ServiceEvents['logUnavailable'], patienceMs: number): ServiceEvents['logUnavailable'] {
  const deadline = Date.now() + patienceMs
  return (error, retryInMs) => {
    if (Date.now() + retryInMs > deadline) throw error
    tell(error, retryInMs)
  }
}

function listenerOf(logger: Logger): LogListener {
  return (level, message, fields) => logger[level](fields, message)
}
