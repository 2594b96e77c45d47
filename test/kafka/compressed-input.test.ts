import { randomUUID } from 'node:crypto'
import { openKafkaLog } from '@leadline/log'
import { readAll, testOwner, texts } from '@leadline/log/contract-owner'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Compression, produceWithJvm } from './jvm-producer.ts'
import { describeKafka } from './shared-kafka.ts'

const run = randomUUID().slice(0, 8)
const codecs: readonly Compression[] = ['gzip', 'snappy', 'lz4', 'zstd']
const topicOf = (compression: Compression) => `compressed-${compression}-${run}`
// Repetitive and long beside short and not: several blocks of a codec, several batches of a topic.
const values = Array.from({ length: 120 }, (_, index) =>
  index % 3 === 0 ? `${index} ${'a lead like the others '.repeat(400)}` : `${index} ${Math.sin(index)} žluťoučký kůň`,
)

await describeKafka('records that another producer compressed', (brokers) => {
  beforeAll(async () => {
    await using log = await openKafkaLog({ brokers })
    for (const compression of codecs) {
      const topic = topicOf(compression)
      await log.ensureTopics([{ name: topic, partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 4_194_304 }])
      await produceWithJvm({ brokers: brokers.join(','), topic, compression, values })
    }
  })

  describe.each(codecs)('with %s', (compression) => {
    test('are read from the log', async () => {
      await using log = await openKafkaLog({ brokers })
      expect(texts(await readAll(log, topicOf(compression)))).toEqual(values)
    })

    test.each(['lanes', 'group'] as const)('are delivered to lanes that commit by %s', async (transactions) => {
      await using log = await openKafkaLog({ brokers, transactions, heartbeatIntervalMs: 100 })
      const owner = testOwner()
      await log.join(`compressed-${compression}-${transactions}-${run}`, [topicOf(compression)], owner)
      expect(texts(await owner.records(values.length))).toEqual(values)
    })
  })
})
