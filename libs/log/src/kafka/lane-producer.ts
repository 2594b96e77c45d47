import { setTimeout as delay } from 'node:timers/promises'
import type { Transaction } from 'kafkajs'
import type { LaneName } from '../local-storage.ts'
import type { LanePosition } from '../log.ts'
import { committedPosition } from './committed-position.ts'
import type { KafkaAdmin } from './kafka-admin.ts'
import { createKafka, type KafkaConnection } from './kafka-client.ts'
import { errorType } from './kafka-errors.ts'
import { Partitioners } from './kafkajs-values.ts'
import { cutIntoSends } from './produce-batches.ts'
import { sendConfirmed } from './send-confirmed.ts'
import type { SizedRecord } from './topic-catalog.ts'

/** The transactional producer of one lane. After one error it is worthless: a swallowed one would tear the transaction. */
export interface LaneProducer {
  /** As committed when the producer was opened. */
  readonly position: LanePosition
  /** One closed transaction. Resolves when it is committed; after a rejection nobody knows, and only `close` may follow. */
  commit(next: { offset: number; metadata: string }, records: readonly SizedRecord[]): Promise<void>
  close(): void
}

export interface LaneProducerOptions {
  readonly connection: KafkaConnection
  readonly admin: KafkaAdmin
  readonly lane: LaneName
}

/** The broker gives a transaction up that has been open for longer. */
export const transactionTimeoutMs = 15_000
const concurrentPatienceMs = 10_000

/** Fences the former owner and ends its transaction, then reads the committed position: only in this order is it the last one. */
export async function openLaneProducer({ connection, admin, lane }: LaneProducerOptions): Promise<LaneProducer> {
  const client = createKafka(connection)
  const producer = client.it.producer({
    transactionalId: laneTransactionalId(lane),
    transactionTimeout: transactionTimeoutMs,
    idempotent: false,
    maxInFlightRequests: 1,
    // On the producer only: on the client it would break the search for coordinators.
    retry: { retries: 0 },
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  try {
    await producer.connect()
    // Connecting fences nobody; the first transaction does.
    const first = await producer.transaction()
    await first.abort()
    const position = await admin.useCluster((cluster) => committedPosition(cluster, lane))
    return {
      position,
      async commit(next, records) {
        const transaction = await producer.transaction()
        await sendOffset(transaction, lane, next)
        for (const send of cutIntoSends(records)) await sendConfirmed(transaction, send)
        await transaction.commit()
      },
      close: client.destroy,
    }
  } catch (error) {
    client.destroy()
    throw error
  }
}

/** Of the producer that each owner of the lane has, one after the other. */
export function laneTransactionalId({ group, topic, partition }: LaneName): string {
  return `${group}.${topic}.${partition}`
}

/** First in the transaction: here the marker of the previous one is still being written can be waited out, in a send it cannot. */
async function sendOffset(transaction: Transaction, lane: LaneName, next: { offset: number; metadata: string }): Promise<void> {
  // kafkajs sends the metadata, though its type does not mention it.
  const partitions = [{ partition: lane.partition, offset: String(next.offset), metadata: next.metadata }]
  const offsets = { consumerGroupId: lane.group, topics: [{ topic: lane.topic, partitions }] }
  const giveUpAt = performance.now() + concurrentPatienceMs
  for (;;) {
    try {
      await transaction.sendOffsets(offsets)
      return
    } catch (error) {
      if (errorType(error) !== 'CONCURRENT_TRANSACTIONS' || performance.now() > giveUpAt) throw error
      await delay(1 + Math.random())
    }
  }
}
