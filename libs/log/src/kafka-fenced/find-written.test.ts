import { expect, test } from 'vitest'
import { createRefusals } from '../kafka/refusals.ts'
import { findWritten } from './find-written.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { encodeBatch } from './wire/encode-batch.ts'
import { errorCode } from './wire/error-codes.ts'
import type { FetchedPartition } from './wire/fetch-call.ts'

const written = { topic: 'out', partition: 0, offset: 7, timestamp: 1_000 }
const record = { topic: 'out', key: null, value: Buffer.from('v'), headers: {} }

/** As a broker keeps it. */
function batch({ offset = 7, nowMs = 1_000, attributes = 16, lastMs = 1_000, count = 2 } = {}): Buffer {
  const bytes = encodeBatch([record, record], { producer: { id: 5n, epoch: 0 }, sequence: 0, transactional: true, nowMs })
  bytes.writeBigInt64BE(BigInt(offset), 0)
  bytes.writeInt16BE(attributes, 21)
  bytes.writeBigInt64BE(BigInt(lastMs), 35)
  bytes.writeInt32BE(count, 57)
  return bytes
}

const answer = (fetched: Partial<FetchedPartition> = {}): FetchedPartition => ({
  ...{ topicId: 'id-of-out', partition: 0, code: 0, committedEnd: 20 },
  ...{ aborted: [], bytes: batch(), ...fetched },
})

function finding(answers: readonly unknown[], more: { patienceMs?: number; topicId?: () => undefined } = {}) {
  const { cluster, answers: script, refreshes } = scriptedCluster(new Map([[asked.fetch, () => [answer()]]]))
  script.set(asked.fetch, [...answers])
  const { topicId = cluster.topicId, patienceMs } = more
  const options = { cluster: { ...cluster, topicId }, refusals: refusalsTo(() => {}), signal: new AbortController().signal }
  const found = findWritten({ ...options, ...(patienceMs !== undefined && { patienceMs }) }, written)
  return { found, refreshes }
}

test.each<[string, Partial<FetchedPartition>, string]>([
  ['its batch is committed', {}, 'there'],
  ['the broker gives the time of its batches', { bytes: batch({ nowMs: 3, attributes: 16 | 8 }) }, 'there'],
  ['the cleaner has written over its first time', { bytes: batch({ nowMs: -1 }) }, 'there'],
  ['another transaction of the producer was aborted later', { aborted: [{ producerId: 5n, firstOffset: 12n }] }, 'there'],
  ['its transaction was aborted', { aborted: [{ producerId: 5n, firstOffset: 3n }] }, 'gone'],
  ['a batch of another time is there', { bytes: batch({ nowMs: 2_000, lastMs: 2_000 }) }, 'gone'],
  ['another batch has its place', { bytes: batch({ offset: 6 }) }, 'gone'],
  ['a control record has its place', { bytes: batch({ attributes: 16 | 32 }) }, 'gone'],
  ['the cleaner has emptied it', { bytes: batch({ count: 0 }), aborted: [{ producerId: 5n, firstOffset: 3n }] }, 'untold'],
  ['compaction has taken it away', { bytes: batch({ offset: 9 }) }, 'untold'],
  ['it is below what is kept, or beyond what is held', { code: errorCode.offsetOutOfRange, bytes: Buffer.alloc(0) }, 'untold'],
])('what was written is judged when %s', async (_when, fetched, found) => {
  expect(await finding([[answer(fetched)]]).found).toBe(found)
})

test.each<[string, Partial<FetchedPartition>]>([
  ['the leader shows less than what is committed', { committedEnd: 7 }],
  ['an answer is empty, since the broker holds its clients back', { bytes: Buffer.alloc(0) }],
  ['the broker does not know the topic yet', { code: errorCode.unknownTopicId, bytes: Buffer.alloc(0) }],
])('it is asked again while %s, and given up after a while', async (_while, fetched) => {
  expect(await finding([[answer(fetched)], [answer(fetched)]]).found).toBe('there')
  expect(
    await finding(
      Array.from({ length: 20 }, () => [answer(fetched)]),
      { patienceMs: 300 },
    ).found,
  ).toBe('untold')
})

test('of a topic that is gone nothing can be told', async () => {
  expect(await finding([], { patienceMs: 300, topicId: () => undefined }).found).toBe('untold')
})

test.each<[string, unknown]>([
  ['the connection ends', new Error('the connection was cut')],
  ['the leader has moved', [answer({ code: errorCode.notLeaderOrFollower, bytes: Buffer.alloc(0) })]],
  ['the broker answers with an error that nobody expects', [answer({ code: -1, bytes: Buffer.alloc(0) })]],
  ['an answer leaves the partition out', []],
])('nobody can tell now when %s: the brokers are asked who leads', async (_when, first) => {
  const { found, refreshes } = finding([first])
  await expect(found).rejects.toThrow()
  expect(refreshes()).toBeGreaterThan(0)
})

test('a login that may not read it is told so, and nothing more can be told', async () => {
  const said: string[] = []
  const refusals = createRefusals({
    rights: async () => new Map(),
    coordinator: async () => ({ code: 0, nodeId: 1 }),
    listener: (level, message) => said.push(`${level}: ${message}`),
    now: () => 0,
  })
  const { cluster } = scriptedCluster(new Map([[asked.fetch, () => [answer({ code: 29, bytes: Buffer.alloc(0) })]]]))
  const found = await findWritten({ cluster, refusals, signal: new AbortController().signal }, written)

  expect(found).toBe('untold')
  expect(said).toEqual(['error: Kafka refuses this login, which needs READ on topic out'])
})
