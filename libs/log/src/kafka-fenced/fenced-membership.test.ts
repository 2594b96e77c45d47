import { expect, test } from 'vitest'
import { testOwner } from '../contract-owner.ts'
import { startFencedMembership } from './fenced-membership.ts'
import { asked, refusalsTo, scriptedCluster } from './scripted-cluster.ts'
import { errorCode } from './wire/error-codes.ts'
import type { AssignedTopic, HeartbeatAnswer } from './wire/group-calls.ts'

const heartbeat = (assigned: readonly AssignedTopic[] | null = null): HeartbeatAnswer => ({
  code: 0,
  message: null,
  epoch: 1,
  assigned,
})
const partitions = (...its: readonly number[]): AssignedTopic[] => [{ topicId: 'id-of-in', partitions: its }]
const position = { code: 0, offset: 4, metadata: 'map' }
const names = new Map<number, string>(Object.entries(asked).map(([name, key]) => [key, name]))

/** A member alone in its group, which is asked to report as seldom as can be. */
function joining(script: Partial<Record<keyof typeof asked, readonly unknown[]>>) {
  const { cluster, answers, log } = scriptedCluster(
    new Map<number, () => unknown>([
      [asked.heartbeat, () => heartbeat()],
      [asked.initProducer, () => ({ code: 0, id: 9n, epoch: 0 })],
      [asked.position, () => position],
      [asked.fetch, () => new Promise((resolve) => setTimeout(resolve, 5, []))],
    ]),
  )
  for (const [name, list] of Object.entries(script)) answers.set(asked[name as keyof typeof asked], [...list])
  const owner = testOwner()
  const membership = startFencedMembership({
    cluster,
    catalog: { facts: () => Promise.reject(new Error('not asked for here')), place: async () => [] },
    endsOf: async (_topic, partition) => ({ partition, start: 0, end: 0 }),
    group: 'g',
    topics: ['in'],
    owner,
    metadataLength: 4_096,
    heartbeatIntervalMs: 60_000,
    drainTimeoutMs: 20_000,
    slot: undefined,
    listener: () => {},
    refusals: refusalsTo(() => {}),
  })
  /** What was asked, without the reading. */
  const order = () => log.flatMap(({ key }) => (key === asked.fetch ? [] : [names.get(key)]))
  return { membership, owner, order, answers }
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
