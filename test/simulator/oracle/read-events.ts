import type { Codec, EventName, Events } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import type { Cluster } from '../broker/cluster.ts'
import { isReadable } from '../broker/partition.ts'

/** Every committed record of a topic, partition after partition, those that readers cannot see any more included. */
export function recordsOf(cluster: Cluster, topic: string): LogRecord[] {
  return cluster.partitions(topic).flatMap(({ stored }) => stored.filter(isReadable).map(({ record }) => record))
}

/** Undefined for what nobody can decode. */
export function eventOf<N extends EventName>(codec: Codec, name: N, { value }: LogRecord): Events[N] | undefined {
  try {
    const event = codec.decode(name, value ?? Buffer.alloc(0))
    return event instanceof Promise ? undefined : event
  } catch {
    return undefined
  }
}

export function eventsOf<N extends EventName>(
  { cluster, codec }: { cluster: Cluster; codec: Codec },
  name: N,
  topic: string,
): Events[N][] {
  return recordsOf(cluster, topic).flatMap((record) => eventOf(codec, name, record) ?? [])
}
