import { KafkaJSProtocolError } from 'kafkajs'
import { expect, test } from 'vitest'
import type { TopicShape } from '../log.ts'
import { ensureKafkaTopics } from './ensure-topics.ts'
import { createRefusals } from './refusals.ts'

const wanted: TopicShape = { name: 't', partitions: 2, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000 }

/** Brokers that say `already` whether somebody else has made the topic, as `made`, and know nothing of it when they are asked for the first times. */
function brokers({ already, made = wanted, unknownFor }: { already: boolean; made?: TopicShape; unknownFor: number }) {
  let asked = 0
  const admin: Parameters<typeof ensureKafkaTopics>[0] = {
    listTopics: async () => [],
    createTopics: async () => !already,
    describeCluster: async () => ({ brokers: [{ nodeId: 1, host: 'h', port: 1 }], controller: 1, clusterId: 'c' }),
    fetchTopicMetadata: async () => {
      if (asked++ < unknownFor) {
        const unknown = { type: 'UNKNOWN_TOPIC_OR_PARTITION', code: 3, retriable: true, message: 'unknown' }
        throw new KafkaJSProtocolError(Object.assign(new Error('unknown'), unknown))
      }
      const partition = { partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] }
      return {
        topics: [
          { name: 't', partitions: Array.from({ length: made.partitions }, (_, partitionId) => ({ ...partition, partitionId })) },
        ],
      }
    },
    describeConfigs: async ({ resources: [resource] }) => {
      const configs = { 'cleanup.policy': made.cleanup, 'retention.ms': '-1', 'max.message.bytes': `${made.maxRecordBytes}` }
      const entries = resource?.name === 't' ? configs : { 'offset.metadata.max.bytes': '4096' }
      const rest = { isDefault: false, isSensitive: false, readOnly: false, configSource: 1, configSynonyms: [] }
      const configEntries = Object.entries(entries).map(([configName, configValue]) => ({ configName, configValue, ...rest }))
      const described = { configEntries, errorCode: 0, errorMessage: '', resourceName: resource?.name ?? '', resourceType: 2 }
      return { resources: [described], throttleTime: 0 }
    },
  }
  return { admin, asked: () => asked }
}

const options = () => ({
  replication: undefined,
  metadataLength: 4_096,
  refusals: createRefusals({
    rights: async () => new Map(),
    coordinator: async () => ({ code: 0, nodeId: 1 }),
    listener: () => {},
    now: () => 0,
  }),
  signal: new AbortController().signal,
})

test.each([
  ['was just made', false],
  ['somebody else was just making', true],
])('a topic that %s is there only when the brokers know of it', async (_how, already) => {
  const { admin, asked } = brokers({ already, unknownFor: 2 })
  await ensureKafkaTopics(admin, [wanted], options())
  expect(asked()).toBe(3)
})

test('a topic that somebody else was just making is compared too', async () => {
  const { admin } = brokers({ already: true, made: { ...wanted, partitions: 5 }, unknownFor: 0 })
  await expect(ensureKafkaTopics(admin, [wanted], options())).rejects.toThrow('t: partitions is 5, wanted 2')
})
