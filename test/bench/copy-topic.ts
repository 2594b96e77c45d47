import { randomUUID } from 'node:crypto'
import { type EachBatchPayload, Kafka, logLevel, type Producer } from 'kafkajs'
import { type Stopwatch, startStopwatch } from './measure.ts'
import { createTopics } from './topics.ts'
import { withDeadline } from './with-deadline.ts'

export interface CopyPlan {
  readonly from: string
  readonly count: number
}

/** Records per second of the shortest exactly-once program: what a batch holds is produced as it is, in one transaction with its offset. */
export async function copyTopic(brokers: readonly string[], { from, count }: CopyPlan): Promise<number> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const name = `copy-${randomUUID()}`
  await using _topic = await createTopics(brokers, [name])
  const producer = kafka.producer({ transactionalId: name, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const consumer = kafka.consumer({ groupId: name })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  const done = Promise.withResolvers<number>()
  let stopwatch: Stopwatch | undefined
  // By offset, not by record: after a rebalance kafkajs hands out some records again.
  const reached = new Map<number, number>()
  const copied = (): number => [...reached.values()].reduce((sum, next) => sum + next, 0)
  consumer.on(consumer.events.GROUP_JOIN, () => {
    stopwatch ??= startStopwatch()
  })
  await consumer.run({
    autoCommit: false,
    eachBatch: async (payload) => {
      await copyBatch(payload, producer, name)
      reached.set(payload.batch.partition, Number(payload.batch.lastOffset()) + 1)
      if (copied() >= count && stopwatch !== undefined) done.resolve(stopwatch.stop(count).perSecond)
    },
  })
  const perSecond = await withDeadline(done.promise, () => `${copied()} of ${count} records are copied`)
  await Promise.all([consumer.disconnect(), producer.disconnect()])
  return perSecond
}

async function copyBatch({ batch }: EachBatchPayload, producer: Producer, topic: string): Promise<void> {
  const { messages, partition } = batch
  if (messages.length === 0) return
  const transaction = await producer.transaction()
  const copies = messages.map(({ key, value, headers = {} }) => ({ key, value, headers, partition }))
  await transaction.send({ topic, messages: copies })
  const partitions = [{ partition, offset: String(Number(batch.lastOffset()) + 1) }]
  await transaction.sendOffsets({ consumerGroupId: topic, topics: [{ topic: batch.topic, partitions }] })
  await transaction.commit()
}
