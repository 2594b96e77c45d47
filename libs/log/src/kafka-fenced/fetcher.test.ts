import { expect, test, vi } from 'vitest'
import type { Delivery, PartitionEnds } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import { createFeed } from './feed.ts'
import { createFetcher } from './fetcher.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { encodeBatch } from './wire/encode-batch.ts'
import { errorCode } from './wire/error-codes.ts'
import type { FetchedPartition } from './wire/fetch-call.ts'

/** A member with lanes of the partitions of topic `t`, the leaders of which are in `leaders`; every fetch is answered with nothing new. */
function fetching(leaders: Map<number, number>) {
  const over = new AbortController()
  const { cluster, log } = scriptedCluster(new Map([[asked.fetch, () => new Promise((resolve) => setTimeout(resolve, 2, []))]]))
  const fetched: number[] = []
  const moved = new Set<() => void>()
  const fetcher = createFetcher({
    cluster: {
      ...cluster,
      leader: (_topic, partition) => leaders.get(partition),
      onMoved(listener) {
        moved.add(listener)
        return () => void moved.delete(listener)
      },
      toNode: async (node, purpose) => {
        fetched.push(node)
        return cluster.toNode(node, purpose)
      },
    },
    endsOf: async (_topic, partition) => ({ partition, start: 0, end: 0 }),
    signal: over.signal,
    listener: () => {},
    refusals: refusalsTo(() => {}),
  })
  for (const partition of leaders.keys()) {
    const feed = createFeed({ topic: 't', partition, lost: over.signal, wanting: fetcher.poke })
    fetcher.add(feed)
    feed.start(0, () => {})
  }
  const tell = (): void => {
    for (const listener of moved) listener()
  }
  return { fetched, log, tell, moved, [Symbol.dispose]: () => over.abort() }
}

test('a partition whose leader moves is fetched from the new one, whoever learned of it first', async () => {
  const leaders = new Map([
    [0, 1],
    [1, 1],
  ])
  using fetch = fetching(leaders)
  await expect.poll(() => fetch.fetched.includes(1)).toBe(true)

  leaders.set(1, 2)
  fetch.tell()
  await expect.poll(() => fetch.fetched.includes(2)).toBe(true)
})

test('a member that has ended is not told of leaders any more', async () => {
  const fetch = fetching(new Map([[0, 1]]))
  expect(fetch.moved.size).toBe(1)
  fetch[Symbol.dispose]()
  await vi.waitFor(() => expect(fetch.moved.size).toBe(0))
})

const plain = { producer: { id: 1n, epoch: 0 }, transactional: false, sequence: 0, nowMs: 0 } as const
const oneRecord = encodeBatch([{ topic: 't', key: null, value: Buffer.from('v'), headers: {} }], plain)
const empty: Omit<FetchedPartition, 'partition'> = {
  ...{ topicId: 'id-of-t', code: 0, committedEnd: 0 },
  ...{ aborted: [], bytes: Buffer.alloc(0) },
}

/** Of the format that was written before Kafka 0.11. */
function oldFormat(): Buffer {
  const batch = Buffer.from(oneRecord)
  batch.writeInt8(1, 16)
  return batch
}

/**
 * A member with lanes of partitions 0, 1 and 2 of topic `t` on one broker, which answers for partition 1 first, as `first` says; that one is
 * read from `from` on.
 */
function reading(first: Omit<FetchedPartition, 'partition'>, endsOf: (partition: number) => Promise<PartitionEnds>, from = 0) {
  const over = new AbortController()
  const whole = { ...empty, bytes: oneRecord }
  const answer = () => [
    { partition: 1, ...first },
    { partition: 0, ...whole },
    { partition: 2, ...whole },
  ]
  const script = scriptedCluster(new Map([[asked.fetch, () => new Promise((resolve) => setTimeout(resolve, 2, answer()))]]))
  const delivered = new Map<number, Delivery[]>()
  const said: string[] = []
  const fetcher = createFetcher({
    cluster: script.cluster,
    endsOf: (_topic, partition) => endsOf(partition),
    signal: over.signal,
    listener: (level, message, fields) => void said.push(`${level}: ${message} ${JSON.stringify(fields)}`),
    refusals: refusalsTo(() => {}),
  })
  for (const partition of [1, 0, 2]) {
    const its: Delivery[] = []
    delivered.set(partition, its)
    const feed = createFeed({ topic: 't', partition, lost: over.signal, wanting: fetcher.poke })
    fetcher.add(feed)
    feed.start(partition === 1 ? from : 0, (delivery) => void its.push(delivery))
  }
  const offsets = (partition: number) => delivered.get(partition)?.map(({ nextOffset }) => nextOffset)
  return { offsets, said, [Symbol.dispose]: () => over.abort() }
}

const never = (): Promise<PartitionEnds> => new Promise(() => {})

test.each([
  ['cannot be read', { ...empty, bytes: oldFormat() }, never, /1 holds a batch of format 1/],
  ['is refused', { ...empty, code: errorCode.kafkaStorageError }, never, /kafkaStorageError/],
  [
    'has lost its place, and nobody tells of its ends',
    { ...empty, code: errorCode.offsetOutOfRange },
    () => Promise.reject(unavailable('tell the ends of t')),
    /tell the ends of t/,
  ],
])('a partition that %s is told of, and does not hold up the others of its broker', async (_why, first, endsOf, words) => {
  using fetch = reading(first, endsOf)
  await expect.poll(() => [fetch.offsets(0), fetch.offsets(2)]).toEqual([[1], [1]])
  expect(fetch.offsets(1)).toEqual([])
  await expect.poll(() => fetch.said[0]).toMatch(words)
  expect(fetch.said.filter((line) => !/^warn: reading t\/1 again in \d+ ms: .*{"topic":"t","partition":1}$/.test(line))).toEqual(
    [],
  )
})

test('a partition that has lost its place is not waited for by the others of its broker', async () => {
  using fetch = reading({ ...empty, code: errorCode.offsetOutOfRange }, never)
  await expect.poll(() => [fetch.offsets(0), fetch.offsets(2)]).toEqual([[1], [1]])
})

test('a partition whose records were deleted before they were read goes on where it begins now, and says so', async () => {
  using fetch = reading({ ...empty, code: errorCode.offsetOutOfRange }, async (partition) => ({ partition, start: 7, end: 9 }))
  await expect.poll(() => fetch.offsets(1)).toEqual([7])
  expect(fetch.said[0]).toBe(
    'warn: t/1 begins at 7 now: its records from 0 on were deleted before they were read {"topic":"t","partition":1}',
  )
})

test('a partition that ends before what was read of it is told of, and never goes back: what comes at those places is not known', async () => {
  using fetch = reading({ ...empty, code: errorCode.offsetOutOfRange }, async (partition) => ({ partition, start: 0, end: 3 }), 5)
  await expect.poll(() => fetch.said[0]).toMatch(/reading t\/1 again in \d+ ms: it ends at 3, before 5, as far as it was read/)
  expect(fetch.offsets(1)).toEqual([])
})

test('a partition that has lost its place though it has what is asked for is told of', async () => {
  using fetch = reading({ ...empty, code: errorCode.offsetOutOfRange }, async (partition) => ({ partition, start: 0, end: 9 }))
  await expect.poll(() => fetch.said[0]).toMatch(/offsetOutOfRange/)
})

test('a partition that cannot be read is asked for less and less often', async () => {
  using fetch = reading({ ...empty, bytes: oldFormat() }, never)
  await expect.poll(() => fetch.said.length).toBeGreaterThan(2)
  const waits = fetch.said.map((line) => Number(/in (\d+) ms/.exec(line)?.[1]))
  expect(waits).toEqual(waits.toSorted((a, b) => a - b))
})
