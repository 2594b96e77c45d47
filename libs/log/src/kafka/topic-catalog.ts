import { LeadlineError } from '@leadline/domain'
import type { Admin } from 'kafkajs'
import type { OutgoingRecord } from '../log.ts'
import { recordTooLarge, unavailable, unknownTopic } from '../log-errors.ts'
import { partitionOf } from '../murmur2.ts'
import { type Headers, onceForSame } from '../same-headers.ts'
import type { KafkaAdmin } from './kafka-admin.ts'
import { isUnknownTopic } from './kafka-errors.ts'
import { ConfigResourceTypes } from './kafkajs-values.ts'
import { onTopics } from './missing-right.ts'
import { oncePassed, unheardMs } from './once-passed.ts'
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
  /** The topics did not take what was placed on them: somebody may have altered them, and they are asked about again. */
  doubt(topics: Iterable<string>): void
}

const recordOverheadBytes = 32
const headerOverheadBytes = 10
const refreshTries = 5
/** A batch's own header. */
export const batchOverheadBytes = 100

/** What producers must know of topics, asked once, and again when it may have changed. */
export function createTopicCatalog(admin: KafkaAdmin, refusals: Refusals, signal: AbortSignal): TopicCatalog {
  const asked = new Map<string, Promise<TopicFacts>>()
  let turn = 0

  const ask = (topic: string) =>
    oncePassed(() => askFacts(admin, refusals, topic), { passes: isUnheard, withinMs: unheardMs, signal })
  const facts = (topic: string) => {
    const answer = asked.get(topic) ?? ask(topic)
    asked.set(topic, answer)
    answer.catch(() => {
      if (asked.get(topic) === answer) asked.delete(topic)
    })
    return answer
  }
  const factsAgain = (topic: string) => {
    asked.delete(topic)
    return facts(topic)
  }
  return {
    facts,
    doubt: (topics) => {
      for (const topic of topics) asked.delete(topic)
    },
    async place(records) {
      // Asked for all at once, so that one call's records do not get in between another's.
      const topics = [...new Set(records.map(({ topic }) => topic))]
      const known = new Map(await Promise.all(topics.map(async (topic) => [topic, await facts(topic)] as const)))
      for (const { topic, partition } of records) {
        // A partition that was not there may have been added since.
        if (partition === undefined || partition < (known.get(topic)?.partitions ?? 0)) continue
        known.set(topic, await factsAgain(topic))
        if (partition >= (known.get(topic)?.partitions ?? 0)) throw unknownTopic(topic, partition)
      }
      const sizeOfHeaders = onceForSame(headersBytes)
      const placed: SizedRecord[] = []
      for (const record of records) {
        const { topic, key } = record
        let { partitions, maxMessageBytes } = known.get(topic) ?? { partitions: 0, maxMessageBytes: 0 }
        const partition = record.partition ?? (key === null ? turn++ % partitions : partitionOf(key, partitions))
        if (partition < 0 || partition >= partitions) throw unknownTopic(topic, partition)
        const bytes = recordOverheadBytes + (key?.length ?? 0) + (record.value?.length ?? 0) + sizeOfHeaders(record.headers)
        // The limit may have been raised since.
        if (bytes + batchOverheadBytes > maxMessageBytes) maxMessageBytes = (await factsAgain(topic)).maxMessageBytes
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

const isUnheard = (error: unknown): boolean => error instanceof LeadlineError && error.code === 'LOG_MISMATCH'

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

function headersBytes(headers: Headers): number {
  let bytes = 0
  for (const name in headers) bytes += headerOverheadBytes + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '')
  return bytes
}
