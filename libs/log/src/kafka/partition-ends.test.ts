import { expect, test } from 'vitest'
import type { Cluster, TopicOffsets } from './kafkajs-internals.ts'
import { endsOfPartition, partitionEnds } from './partition-ends.ts'

interface Script {
  /** Partitions that the metadata knows after each refresh. */
  readonly known: readonly (readonly number[])[]
  /** Partitions that the answers about offsets speak of. */
  readonly answered: readonly number[]
  /** Who asks for it gets no answer at all. */
  readonly leaderless?: number
}

function scripted({ known, answered, leaderless }: Script): Cluster {
  let refreshes = 0
  const refused = () => Promise.reject(new Error('not asked for here'))
  const offsets = (topic: string): TopicOffsets[] => [
    { topic, partitions: answered.map((partition) => ({ partition, offset: '4' })) },
  ]
  return {
    connect: refused,
    disconnect: refused,
    findBroker: refused,
    findGroupCoordinator: refused,
    addMultipleTargetTopics: async () => {},
    refreshMetadata: async () => {
      refreshes += 1
    },
    refreshMetadataIfNecessary: async () => {},
    findTopicPartitionMetadata: () => (known[refreshes - 1] ?? []).map((partitionId) => ({ partitionId, leader: 1 })),
    fetchTopicsOffset: async ([asked]) => {
      if (asked?.partitions.some(({ partition }) => partition === leaderless)) throw new Error('nobody leads it')
      return offsets(asked?.topic ?? '')
    },
  }
}

test('a refresh that was shared with somebody who did not want this topic is not taken for an answer', async () => {
  const cluster = scripted({ known: [[], [], [1, 0]], answered: [0, 1] })
  expect(await partitionEnds(cluster, 't')).toEqual([
    { partition: 0, start: 4, end: 4 },
    { partition: 1, start: 4, end: 4 },
  ])
})

test('a topic that stays unknown is not one without partitions', async () => {
  await expect(partitionEnds(scripted({ known: [], answered: [] }), 't')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('a partition that an answer leaves out does not end at 0', async () => {
  const cluster = scripted({ known: [[0, 1]], answered: [0] })
  await expect(partitionEnds(cluster, 't')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('a partition that the metadata leaves out for a moment does not end at 0 either: its reader would begin again', async () => {
  const cluster = scripted({ known: [[0]], answered: [0, 1] })
  await expect(endsOfPartition(cluster, 't', 1)).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  expect(await endsOfPartition(scripted({ known: [[0]], answered: [0] }), 't', 0)).toEqual({ partition: 0, start: 4, end: 4 })
})

test('the ends of a partition are told whatever is the matter with another one', async () => {
  const cluster = scripted({ known: [[0, 1]], answered: [0], leaderless: 1 })
  expect(await endsOfPartition(cluster, 't', 0)).toEqual({ partition: 0, start: 4, end: 4 })
})
