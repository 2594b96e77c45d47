import { openKafkaLog } from '@leadline/log'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { consumeWithJvm } from './jvm-consumer.ts'
import { describeKafka } from './shared-kafka.ts'

const producers = 4
const rounds = 40

/** Several producers interleave transactions on one partition; every third one aborts. Returns what was committed. */
async function interleave(brokers: readonly string[], topic: string): Promise<string[]> {
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING })
  const committed: string[] = []
  await Promise.all(
    Array.from({ length: producers }, async (_, number) => {
      const producer = client.producer({ transactionalId: `${topic}-${number}`, maxInFlightRequests: 1, idempotent: true })
      await producer.connect()
      for (let round = 0; round < rounds; round++) {
        const values = [0, 1, 2].map((index) => `${number}-${round}-${index}`)
        const transaction = await producer.transaction()
        // A key like an abort marker's is a user's right.
        for (const value of values) await transaction.send({ topic, messages: [{ key: Buffer.alloc(4), value, partition: 0 }] })
        const keep = (round + number) % 3 !== 0
        await (keep ? transaction.commit() : transaction.abort())
        if (keep) committed.push(...values)
      }
      await producer.disconnect()
    }),
  )
  return committed.sort()
}

await describeKafka('reading committed records of interleaved transactions', (brokers) => {
  test.each(['lanes', 'group'] as const)(
    'shows every committed record and no aborted one, as the Java consumer does: followed live, from the start, and as a lane of transactions of %s',
    async (transactions) => {
      await using log = await openKafkaLog({ brokers, transactions })
      const topic = `interleaved-${Date.now()}`
      await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 }])
      const stop = new AbortController()
      const live: string[] = []
      const following = (async () => {
        for await (const batch of log.read({ topic, partition: 0, from: 0 }, stop.signal))
          live.push(...batch.map(({ value }) => `${value}`))
      })()
      const lane: string[] = []
      const membership = await log.join(`group-${topic}`, [topic], {
        assigned: async (given) => given.start(0, ({ records }) => lane.push(...records.map(({ value }) => `${value}`))),
        released: async () => {},
      })

      const committed = await interleave(brokers, topic)

      const fromJvm = await consumeWithJvm({ brokers: brokers.join(','), topic, expected: committed.length })
      expect(fromJvm.map(({ value }) => value).sort()).toEqual(committed)
      await expect.poll(() => live.toSorted()).toEqual(committed)
      await expect.poll(() => lane.toSorted()).toEqual(committed)
      const [end] = await log.ends(topic)
      const ranged = await Array.fromAsync(log.read({ topic, partition: 0, from: 0, to: end?.end ?? 0 }))
      expect(
        ranged
          .flat()
          .map(({ value }) => `${value}`)
          .sort(),
      ).toEqual(committed)
      stop.abort()
      await following
      await membership.close()
    },
  )
})
