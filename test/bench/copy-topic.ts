import { randomUUID } from 'node:crypto'
import { type EachBatchPayload, Kafka, logLevel, type Producer } from 'kafkajs'
import { type Stopwatch, startStopwatch } from './measure.ts'

export interface CopyPlan {
  readonly from: string
  readonly count: number
}

/** Records per second of the shortest exactly-once program: what a batch holds is produced as it is, in one transaction with its offset. */
export async function copyTopic(brokers: readonly string[], { from, count }: CopyPlan): Promise<number> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const name = `copy-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 6 }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer({ transactionalId: name, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const consumer = kafka.consumer({ groupId: name })
  await consumer.connect()
  await consumer.subscribe({ topic: from, fromBeginning: true })
  const done = Promise.withResolvers<number>()
  let stopwatch: Stopwatch | undefined
  let left = count
  consumer.on(consumer.events.GROUP_JOIN, () => {
    stopwatch ??= startStopwatch()
  })
  await consumer.run({
    autoCommit: false,
    eachBatch: async (payload) => {
      left -= await copyBatch(payload, producer, name)
      if (left === 0 && stopwatch !== undefined) done.resolve(stopwatch.stop(count).perSecond)
    },
  })
  const perSecond = await done.promise
  await Promise.all([consumer.disconnect(), producer.disconnect()])
  return perSecond
}

async function copyBatch({ batch }: EachBatchPayload, producer: Producer, topic: string): Promise<number> {
  const { messages, partition } = batch
  if (messages.length === 0) return 0
  const transaction = await producer.transaction()
  const copies = messages.map(({ key, value, headers = {} }) => ({ key, value, headers, partition }))
  await transaction.send({ topic, messages: copies })
  const partitions = [{ partition, offset: String(Number(batch.lastOffset()) + 1) }]
  await transaction.sendOffsets({ consumerGroupId: topic, topics: [{ topic: batch.topic, partitions }] })
  await transaction.commit()
  return messages.length
}
