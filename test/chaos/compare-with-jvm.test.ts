import { randomUUID } from 'node:crypto'
import { topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import kafkajs from 'kafkajs'
import { expect, it } from 'vitest'
import { describeKafka } from '../kafka/shared-kafka.ts'
import { compareWithJvm } from './compare-with-jvm.ts'

await describeKafka('comparing outcome topics with the JVM consumer', (brokers) => {
  it('counts every committed record of both readers, none that was aborted, and names ids that are there twice', async () => {
    await using log = await openKafkaLog({ brokers })
    const topics = topicNames(`compare-${randomUUID().slice(0, 8)}.`)
    const { success, failure, error } = topics.outcomes
    const names = [success, failure, error, topics.completed]
    await log.ensureTopics(
      names.map((name) => ({ name, partitions: 2, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 })),
    )
    const ids = Array.from({ length: 6 }, () => randomUUID())
    const [twice = '', again = '', aborted = ''] = ids
    const record = (id: string, key: string) => ({
      topic: success,
      key: Buffer.from(key),
      // Bytes that are no text, and those that end a field of the consumer's output.
      value: Buffer.concat([Buffer.from([0xc3, 0x1f, 0x1e, 0x48]), Buffer.from(id), Buffer.from([0x1f, 0xff])]),
      headers: {},
    })
    const producer = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).producer({
      transactionalId: success,
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: success, messages: [{ ...record(aborted, 'lead-3'), partition: 0 }] })
    await log.append(
      [...ids.slice(3), twice, twice, again, again].map((id, index) => record(id, id === again ? 'lead-2' : `lead-${index}`)),
    )
    await transaction.abort()
    await producer.disconnect()

    const comparisons = await compareWithJvm({ log, topics, brokers: brokers.join(',') }, new Set(['lead-2']))

    const nothing = { ours: 0, jvm: 0, ids: 0, different: 0, doubled: [] }
    expect(comparisons).toEqual([
      { topic: success, ours: 7, jvm: 7, ids: 5, different: 0, doubled: [twice] },
      ...[failure, error, topics.completed].map((topic) => ({ ...nothing, topic })),
    ])
  }, 300_000)
})
