import { openKafkaLog } from '@leadline/log'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { describeKafka } from './shared-kafka.ts'

await describeKafka('partitions that an operator adds', (brokers) => {
  test.each(['lanes', 'group'] as const)(
    'are told of at once, and can be written to, with transactions of %s: a lane on one of them must find its ends, and retries their way back',
    async (transactions) => {
      await using log = await openKafkaLog({ brokers, transactions })
      const topic = `grown-${transactions}-${Date.now()}`
      await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 }])
      expect(await log.ends(topic)).toHaveLength(1)
      const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
      await admin.connect()
      await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
      await admin.disconnect()
      await expect.poll(() => log.ends(topic)).toHaveLength(3)
      await log.append([{ topic, partition: 2, key: null, value: Buffer.from('here'), headers: {} }])
      expect(await log.ends(topic)).toMatchObject([{ end: 0 }, { end: 0 }, { partition: 2, end: 1 }])
    },
  )
})
