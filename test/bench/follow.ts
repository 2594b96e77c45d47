import type { Log, LogRecord } from '@leadline/log'

/** Follows all partitions of a topic, as a read_committed consumer sees it, until `signal` aborts. Resolves when nothing more will come. */
export async function follow(log: Log, topic: string, seen: (record: LogRecord) => void, signal: AbortSignal): Promise<void> {
  async function followPartition(partition: number, from: number): Promise<void> {
    for await (const batch of log.read({ topic, partition, from }, signal)) for (const record of batch) seen(record)
  }
  await Promise.all((await log.ends(topic)).map(({ partition, end }) => followPartition(partition, end)))
}
