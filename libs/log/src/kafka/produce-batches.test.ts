import { expect, test } from 'vitest'
import { cutIntoSends, toProducerBatch } from './produce-batches.ts'
import type { SizedRecord } from './topic-catalog.ts'

const sized = (topic: string, partition: number, bytes: number, maxMessageBytes = 1_048_588): SizedRecord => ({
  topic,
  partition,
  bytes,
  maxMessageBytes,
  record: { topic, partition, key: null, value: Buffer.from(`${bytes}`), headers: {} },
})

test('what fits goes out in one send', () => {
  const records = [sized('t', 0, 400_000), sized('t', 1, 800_000), sized('t', 0, 400_000)]

  expect(cutIntoSends(records)).toEqual([records])
})

test('a partition that would get more than the broker takes in a batch begins the next send, in order', () => {
  const [a, b, c] = [sized('t', 0, 500_000), sized('t', 0, 500_000), sized('t', 1, 10)]

  expect(cutIntoSends([a, b, c])).toEqual([[a], [b, c]])
})

test('the limit of a small topic counts for it alone', () => {
  const [a, b, c] = [sized('small', 0, 600, 1_000), sized('large', 0, 600_000), sized('small', 0, 600, 1_000)]

  expect(cutIntoSends([a, b, c])).toEqual([[a, b], [c]])
})

test('a record over the usual budget goes, where its topic allows it', () => {
  const large = sized('t', 0, 3_000_000, 4_194_304)

  expect(cutIntoSends([large, sized('t', 0, 10, 4_194_304)])).toHaveLength(2)
})

test('nothing to send is no send', () => {
  expect(cutIntoSends([])).toEqual([])
})

test('every message names its partition, and messages of a topic are together', () => {
  const batch = toProducerBatch([sized('t', 2, 1), sized('u', 0, 2), sized('t', 1, 3)])

  expect(batch.acks).toBe(-1)
  expect(batch.topicMessages?.map(({ topic, messages }) => [topic, messages.map(({ partition }) => partition)])).toEqual([
    ['t', [2, 1]],
    ['u', [0]],
  ])
})
