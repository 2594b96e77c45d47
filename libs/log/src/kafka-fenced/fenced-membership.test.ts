import { expect, test } from 'vitest'
import { testOwner } from '../contract-owner.ts'
import type { Cluster } from './cluster.ts'
import { startFencedMembership } from './fenced-membership.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { errorCode } from './wire/error-codes.ts'
import type { AssignedTopic, HeartbeatAnswer } from './wire/group-calls.ts'

const topicId = '11111111-2222-3333-4444-555555555555'
const heartbeat = (assigned: readonly AssignedTopic[] | null = null): HeartbeatAnswer => ({
  code: 0,
  message: null,
  epoch: 1,
  assigned,
})
const partitions = (...its: readonly number[]): AssignedTopic[] => [{ topicId, partitions: its }]
const position = { code: 0, offset: 4, metadata: 'map' }
const names = new Map<number, string>(Object.entries(asked).map(([name, key]) => [key, name]))

/** Whether the request tells the group that nothing is owned: an empty list, not an absent one, before its end. */
const ownsNothing = (request: Buffer): boolean => request.at(-2) === 1

/** Brokers that know the topic once they were asked so often. */
function knowingAfter(questions: number) {
  let asks = 0
  const refresh = async () => void asks++
  return { brokers: { topicName: () => (asks < questions ? undefined : 'in'), refresh }, asks: () => asks }
}

/** A member alone in its group. */
function joining(script: Partial<Record<keyof typeof asked, readonly unknown[]>>, more: Partial<Cluster> = {}) {
  const { cluster, answers, log } = scriptedCluster(
    new Map<number, () => unknown>([
      [asked.heartbeat, () => heartbeat()],
      [asked.initProducer, () => ({ code: 0, id: 9n, epoch: 0 })],
      [asked.position, () => position],
      [asked.endTransaction, () => ({ code: 0, id: 9n, epoch: 1 })],
      [asked.fetch, () => new Promise((resolve) => setTimeout(resolve, 5, []))],
    ]),
  )
  for (const [name, list] of Object.entries(script)) answers.set(asked[name as keyof typeof asked], [...list])
  const owner = testOwner()
  const said: string[] = []
  const membership = startFencedMembership({
    cluster: { ...cluster, topicId: () => topicId, topicName: () => 'in', ...more },
    catalog: { facts: () => Promise.reject(new Error('not asked for here')), place: async () => [], doubt: () => {} },
    endsOf: async (_topic, partition) => ({ partition, start: 0, end: 0 }),
    group: 'g',
    topics: ['in'],
    owner,
    metadataLength: 4_096,
    heartbeatIntervalMs: 100,
    drainTimeoutMs: 20_000,
    slot: undefined,
    listener: (level, message) => void said.push(`${level}: ${message}`),
    refusals: refusalsTo(() => {}),
  })
  /** What was asked, without the reading. */
  const order = () => log.flatMap(({ key }) => (key === asked.fetch ? [] : [names.get(key)]))
  const heartbeats = () => log.flatMap(({ key, call }) => (key === asked.heartbeat ? [call.write().buffer] : []))
  return { membership, owner, said, order, heartbeats, answers }
}

test('a first position is read only after the group has confirmed the member since the lane was fenced', async () => {
  const { membership, owner, order } = joining({ heartbeat: [heartbeat(partitions(0))] })
  expect((await owner.lane(0)).position).toEqual({ offset: 4, metadata: 'map' })
  expect(order().join(' ')).toMatch(/initProducer (heartbeat )+position$/)
  await membership.close()
})

test.each([
  ['has moved', { code: errorCode.notCoordinator, offset: -1, metadata: '' }],
  ['does not answer', new Error('cut')],
  ['is loading', { code: errorCode.coordinatorLoading, offset: -1, metadata: '' }],
])('a coordinator that %s confirms the member before its next word on a position is believed', async (_why, first) => {
  const { membership, owner, order } = joining({ heartbeat: [heartbeat(partitions(0))], position: [first] })
  await owner.lane(0)
  expect(order().join(' ')).toMatch(/heartbeat position heartbeat position$/)
  await membership.close()
})

test('a position under an open transaction is read again without asking the group each time', async () => {
  const open = { code: errorCode.unstableOffset, offset: -1, metadata: '' }
  const { membership, owner, order } = joining({ heartbeat: [heartbeat(partitions(0))], position: [open, open] })
  await owner.lane(0)
  expect(order().join(' ')).toMatch(/heartbeat position position position$/)
  await membership.close()
})

test('lanes that are opened together are confirmed together', async () => {
  const { membership, owner, order } = joining({ heartbeat: [heartbeat(partitions(0, 1, 2, 3))] })
  await expect.poll(() => owner.lanes.length).toBe(4)
  expect(order().filter((name) => name === 'heartbeat').length).toBeLessThanOrEqual(3)
  await membership.close()
})

test('what is owned is told also while no broker knows its topic: the group must not give it to others', async () => {
  const { membership, owner, heartbeats } = joining({ heartbeat: [heartbeat(partitions(0))] }, { topicId: () => undefined })
  await owner.lane(0)
  expect(
    heartbeats()
      .slice(1)
      .some((request) => request.includes(topicId.replaceAll('-', ''), 'hex')),
  ).toBe(true)
  await membership.close()
})

test('a partition of a topic that no broker has named yet is taken once one has: the group does not tell of it again', async () => {
  const { brokers } = knowingAfter(3)
  const { membership, owner, said, heartbeats } = joining({ heartbeat: [heartbeat(partitions(0))] }, brokers)
  expect((await owner.lane(0)).topic).toBe('in')

  expect(said).toEqual(['info: g has 0 partitions here', 'info: g has 1 partitions here'])
  const told = heartbeats().slice(1)
  expect(told.some((request) => request.includes(topicId.replaceAll('-', ''), 'hex'))).toBe(true)
  await membership.close()
})

test('a topic that no broker names for long is told of once', async () => {
  const { brokers } = knowingAfter(5)
  const { membership, owner, said } = joining({ heartbeat: [heartbeat(partitions(0, 1))] }, brokers)
  await owner.lane(1)
  expect(said).toEqual([
    'info: g has 0 partitions here',
    `warn: g has partitions of a topic that no broker has named yet, and waits for that: ${topicId}`,
    'info: g has 2 partitions here',
  ])
  await membership.close()
})

test('a topic that no broker names is not asked for any more once the group wants nothing of it', async () => {
  const { brokers, asks } = knowingAfter(Number.POSITIVE_INFINITY)
  const { membership, heartbeats } = joining({ heartbeat: [heartbeat(partitions(0)), heartbeat([])] }, brokers)
  await expect.poll(() => heartbeats().length).toBeGreaterThan(2)
  const before = asks()
  await expect.poll(() => heartbeats().length).toBeGreaterThan(8)
  expect(before).toBeGreaterThan(0)
  expect(asks()).toBe(before)
  await membership.close()
})

test('a partition that the group takes back while it is opened is given back at once: there is nothing to drain', async () => {
  const open = { code: errorCode.unstableOffset, offset: -1, metadata: '' }
  const { membership, owner, heartbeats } = joining({
    heartbeat: [heartbeat(partitions(0)), heartbeat(), heartbeat(), heartbeat(), heartbeat(partitions())],
    position: Array.from({ length: 1_000 }, () => open),
  })
  await expect.poll(() => heartbeats().slice(1).some(ownsNothing)).toBe(true)
  expect(owner.lanes).toEqual([])
  await membership.close()
})

test('a partition is given back only when no transaction of it is under way: its next owner must not be written over', async () => {
  const written = Promise.withResolvers<number>()
  const { membership, owner, order, heartbeats, answers } = joining({
    heartbeat: [heartbeat(partitions(0))],
    putOffsets: [written.promise],
  })
  const lane = await owner.lane(0)
  const committing = lane.commit({ offset: 5, metadata: '', records: [] })
  await expect.poll(order).toContain('putOffsets')
  const before = heartbeats().length
  answers.set(asked.heartbeat, [heartbeat(partitions())])

  await expect.poll(() => owner.releases).toEqual([{ partition: 0, how: 'closing' }])
  await expect.poll(() => heartbeats().length).toBeGreaterThan(before + 2)
  expect(heartbeats().slice(before).some(ownsNothing)).toBe(false)
  written.resolve(0)

  expect(await committing).toBe('committed')
  await expect.poll(() => heartbeats().slice(before).some(ownsNothing)).toBe(true)
  await membership.close()
})
