import { expect, test } from 'vitest'
import { committedPosition } from './committed-position.ts'
import type { Broker, Cluster, CommittedPartition } from './kafkajs-internals.ts'

const lane = { group: 'g', topic: 't', partition: 3 }
const refused = () => Promise.reject(new Error('not asked for here'))

/** A cluster that knows nothing of topics; its coordinator answers with these partitions of `t`. */
function answering(partitions: readonly CommittedPartition[]): { cluster: Cluster; asked: () => unknown } {
  let asked: unknown
  const coordinator: Broker = {
    fetch: refused,
    listOffsets: refused,
    offsetFetch: async (question) => {
      asked = question
      return { responses: [{ topic: 't', partitions }] }
    },
  }
  const cluster: Cluster = {
    connect: refused,
    disconnect: refused,
    findBroker: refused,
    addMultipleTargetTopics: refused,
    refreshMetadata: refused,
    refreshMetadataIfNecessary: refused,
    fetchTopicsOffset: refused,
    findTopicPartitionMetadata: () => [],
    findGroupCoordinator: async () => coordinator,
  }
  return { cluster, asked: () => asked }
}

test('the position of a lane is asked for by its partition, whatever the client knows of the topic', async () => {
  const { cluster, asked } = answering([{ partition: 3, offset: '12', metadata: 'm' }])
  expect(await committedPosition(cluster, lane)).toEqual({ offset: 12, metadata: 'm' })
  expect(asked()).toEqual({ groupId: 'g', topics: [{ topic: 't', partitions: [{ partition: 3 }] }] })
})

test('a group that never committed has no position', async () => {
  const { cluster } = answering([{ partition: 3, offset: '-1', metadata: '' }])
  expect(await committedPosition(cluster, lane)).toEqual({ offset: null, metadata: '' })
})

test('an answer that leaves the partition out is not the answer that nothing was committed', async () => {
  const { cluster } = answering([{ partition: 2, offset: '5', metadata: '' }])
  await expect(committedPosition(cluster, lane)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})
