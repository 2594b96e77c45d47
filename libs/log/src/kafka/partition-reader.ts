import type { LogRecord } from '../log.ts'
import { unknownTopic } from '../log-errors.ts'
import { createCluster, type KafkaConnection, type Owned } from './kafka-client.ts'
import { errorType, isUnknownTopic } from './kafka-errors.ts'
import type { Cluster, FetchedMessage, FetchedPartition } from './kafkajs-internals.ts'
import { onTopics } from './missing-right.ts'
import { endsOfPartition } from './partition-ends.ts'
import { withoutAborted } from './without-aborted.ts'

export interface Fetched {
  readonly records: readonly LogRecord[]
  /** Where to fetch next: after control records, aborted ones and compacted gaps. */
  readonly nextOffset: number
  /** End of what is committed, as of this answer; undefined when a broker that holds its clients back has left the partition out. */
  readonly committedEnd: number | undefined
}

export interface PartitionReader {
  /** What is committed from `from` on; waits up to `maxWaitMs` when there is nothing. Rejects when the leader does not answer. */
  fetch(from: number, maxWaitMs: number): Promise<Fetched>
  close(): void
}

const maxBytes = 1_048_576

/** Reads one partition over a connection of its own: a waiting fetch would hold up every other one behind it. */
export function createPartitionReader(connection: KafkaConnection, topic: string, partition: number): PartitionReader {
  let client: Owned<Cluster> | undefined

  const connected = async () => {
    if (client !== undefined) return client.it
    const fresh = createCluster(connection)
    client = fresh
    await fresh.it.connect()
    await fresh.it.addMultipleTargetTopics([topic])
    return fresh.it
  }
  const drop = () => {
    client?.destroy()
    client = undefined
  }
  const fetchFrom = async (cluster: Cluster, from: number, maxWaitMs: number) => {
    await cluster.refreshMetadataIfNecessary()
    const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader
    if (leader === undefined) throw unknownTopic(topic, partition)
    const broker = await cluster.findBroker({ nodeId: leader })
    const { responses } = await broker.fetch({
      isolationLevel: 1,
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes }] }],
    })
    return responses[0]?.partitions[0]
  }

  return {
    async fetch(from, maxWaitMs) {
      try {
        const cluster = await connected()
        try {
          return toFetched(topic, from, await fetchFrom(cluster, from, maxWaitMs))
        } catch (error) {
          if (errorType(error) !== 'OFFSET_OUT_OF_RANGE') throw error
          const { start, end } = await endsOfPartition(cluster, topic, partition)
          return { records: [], nextOffset: Math.min(Math.max(from, start), end), committedEnd: end }
        }
      } catch (error) {
        drop()
        if (isUnknownTopic(error)) throw unknownTopic(topic, partition)
        const refusal = await connection.refusals.tellOf(error, onTopics('READ', [topic]), { topic, partition })
        throw refusal ?? error
      }
    },
    close: drop,
  }
}

function toFetched(topic: string, from: number, fetched: FetchedPartition | undefined): Fetched {
  if (fetched === undefined) return { records: [], nextOffset: from, committedEnd: undefined }
  const { partition, messages, abortedTransactions, lastStableOffset } = fetched
  const last = messages.at(-1)
  // The batch's own last offset, not its last record's: compaction may have taken the last records out of it.
  const nextOffset = last === undefined ? from : Number(last.batchContext.firstOffset) + last.batchContext.lastOffsetDelta + 1
  const records = withoutAborted(messages, abortedTransactions ?? [])
    .filter(({ offset }) => Number(offset) >= from)
    .map((message) => toRecord(topic, partition, message))
  return { records, nextOffset: Math.max(from, nextOffset), committedEnd: Number(lastStableOffset) }
}

function toRecord(topic: string, partition: number, message: FetchedMessage): LogRecord {
  const headers: Record<string, Buffer> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    const last = Buffer.isBuffer(value) || value === null ? value : value.at(-1)
    headers[name] = last ?? Buffer.alloc(0)
  }
  const { key, value } = message
  return { topic, partition, offset: Number(message.offset), timestamp: Number(message.timestamp), key, value, headers }
}
