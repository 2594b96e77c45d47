import type { Admin } from 'kafkajs'
import type { OutgoingRecord } from '../log.ts'
import { recordTooLarge, unavailable, unknownTopic } from '../log-errors.ts'
import { partitionOf } from '../murmur2.ts'
import type { KafkaAdmin } from './kafka-admin.ts'
import { isUnknownTopic } from './kafka-errors.ts'
import { ConfigResourceTypes } from './kafkajs-values.ts'
import { onTopics } from './missing-right.ts'
import type { Refusals } from './refusals.ts'

export interface TopicFacts {
  readonly partitions: number
  readonly maxMessageBytes: number
}

/** An outgoing record that knows its partition, its size on the wire and its topic's limit. */
export interface SizedRecord {
  readonly topic: string
  readonly partition: number
  readonly bytes: number
  readonly record: OutgoingRecord
  readonly maxMessageBytes: number
}

export interface TopicCatalog {
  /** Rejects with LOG_MISMATCH for a topic nobody made. */
  facts(topic: string): Promise<TopicFacts>
  /** Gives records partition and size. Rejects with LOG_MISMATCH, RECORD_TOO_LARGE, or when the cluster does not answer. */
  place(records: readonly OutgoingRecord[]): Promise<SizedRecord[]>
}

const recordOverheadBytes = 32
const headerOverheadBytes = 10
const refreshTries = 5
/** A batch's own header. */
export const batchOverheadBytes = 100

/** What producers must know of topics, asked once. */
export function createTopicCatalog(admin: KafkaAdmin, refusals: Refusals): TopicCatalog {
  const asked = new Map<string, Promise<TopicFacts>>()
  let turn = 0

  const facts = (topic: string) => {
    const answer = asked.get(topic) ?? askFacts(admin, refusals, topic)
    asked.set(topic, answer)
    answer.catch(() => asked.delete(topic))
    return answer
  }
  return {
    facts,
    async place(records) {
      // Asked for all at once, so that one call's records do not get in between another's.
      const topics = [...new Set(records.map(({ topic }) => topic))]
      const known = new Map(await Promise.all(topics.map(async (topic) => [topic, await facts(topic)] as const)))
      for (const { topic, partition } of records) {
        // A partition that was not there may have been added since.
        if (partition === undefined || partition < (known.get(topic)?.partitions ?? 0)) continue
        asked.delete(topic)
        known.set(topic, await facts(topic))
        if (partition >= (known.get(topic)?.partitions ?? 0)) throw unknownTopic(topic, partition)
      }
      const placed: SizedRecord[] = []
      for (const record of records) {
        const { topic, key } = record
        const { partitions, maxMessageBytes } = known.get(topic) ?? { partitions: 0, maxMessageBytes: 0 }
        const partition = record.partition ?? (key === null ? turn++ % partitions : partitionOf(key, partitions))
        if (partition < 0 || partition >= partitions) throw unknownTopic(topic, partition)
        const bytes = wireBytes(record)
        if (bytes + batchOverheadBytes > maxMessageBytes) throw recordTooLarge(topic, bytes, maxMessageBytes)
        placed.push({ topic, partition, bytes, record, maxMessageBytes })
      }
      return placed
    },
  }
}

/** Callers share one refresh of kafkajs, which may have been asked before this topic was of interest: then it knows nothing of it. */
async function countPartitions(client: Admin, topic: string): Promise<number> {
  for (let tries = 0; tries < refreshTries; tries++) {
    const { topics } = await client.fetchTopicMetadata({ topics: [topic] })
    const count = topics.find(({ name }) => name === topic)?.partitions.length ?? 0
    if (count > 0) return count
  }
  throw unavailable(`tell the partitions of ${topic}`)
}

async function askFacts(admin: KafkaAdmin, refusals: Refusals, topic: string): Promise<TopicFacts> {
  try {
    return await admin.use(async (client) => {
      const configNames = ['max.message.bytes']
      const resource = { type: ConfigResourceTypes.TOPIC, name: topic, configNames }
      const { resources } = await client.describeConfigs({ resources: [resource], includeSynonyms: false })
      return {
        partitions: await countPartitions(client, topic),
        maxMessageBytes: Number(resources[0]?.configEntries[0]?.configValue),
      }
    })
  } catch (error) {
    if (isUnknownTopic(error)) throw unknownTopic(topic)
    const needed = [...onTopics('DESCRIBE', [topic]), ...onTopics('DESCRIBE_CONFIGS', [topic])]
    throw (await refusals.of(error, needed)) ?? error
  }
}

function wireBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = recordOverheadBytes + (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) bytes += headerOverheadBytes + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '')
  return bytes
}
