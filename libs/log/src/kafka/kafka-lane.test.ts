import { expect, test } from 'vitest'
import { refusalsTo } from '../kafka-fenced/scripted-cluster.ts'
import { createKafkaLane } from './kafka-lane.ts'
import type { LaneProducer } from './lane-producer.ts'

const position = { offset: 4, metadata: 'known' }

function opened(commit: LaneProducer['commit'], closed: () => void = () => {}): LaneProducer {
  return { position, commit, close: closed }
}

function laneOn(producer: LaneProducer, next: LaneProducer) {
  return createKafkaLane({
    name: { group: 'g', topic: 't', partition: 0 },
    producer,
    reader: { fetch: () => new Promise(() => {}), close: () => {} },
    catalog: { facts: async () => ({ partitions: 1, maxMessageBytes: 1_000_000 }), place: async () => [], doubt: () => {} },
    metadataLength: 4_096,
    lost: new AbortController().signal,
    openAgain: async () => next,
    listener: () => {},
    refusals: refusalsTo(() => {}),
    commitWithinMs: 20,
  })
}

test('a commit that never ends is unknown after a while, its producer is given up, and the lane can be opened again', async () => {
  let closed = 0
  const next = opened(async () => {})
  const lane = laneOn(
    opened(
      () => new Promise(() => {}),
      () => closed++,
    ),
    next,
  )

  expect(await lane.commit({ offset: 5, metadata: 'new', records: [] })).toBe('unknown')
  expect(closed).toBe(1)
  expect(await lane.reopen()).toEqual(position)
  expect(await lane.commit({ offset: 5, metadata: 'new', records: [] })).toBe('committed')
})
