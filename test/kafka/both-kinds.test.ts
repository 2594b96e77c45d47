import { type Log, openKafkaLog } from '@leadline/log'
import { outgoing, readAll, testOwner, texts } from '@leadline/log/contract-owner'
import { expect, test } from 'vitest'
import { createCuttingSockets } from './cutting-sockets.ts'
import { describeKafka } from './shared-kafka.ts'

/** Numbers of the requests by which a member with a producer for each lane speaks with its group. */
const groupRequests = [11, 12, 14]

await describeKafka('processes of both kinds of transactions in one group', (brokers) => {
  const often = { brokers, heartbeatIntervalMs: 200 }

  async function topicsOf(log: Log) {
    const [input, output, group] = ['in', 'out', 'group'].map((name) => `kinds-${name}-${Date.now()}`) as [string, string, string]
    const shape = { partitions: 2, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 } as const
    await log.ensureTopics([input, output].map((name) => ({ name, ...shape })))
    return { input, output, group }
  }

  test.each([
    ['lanes', 'group'],
    ['group', 'lanes'],
  ] as const)(
    'wait for each other: while one with %s is there, one with %s gets nothing, and goes on where it ended',
    async (first, second) => {
      const said: string[] = []
      const one = await openKafkaLog({ ...often, transactions: first })
      await using two = await openKafkaLog({ ...often, transactions: second, logger: (_level, text) => void said.push(text) })
      const { input, group } = await topicsOf(two)
      const [old, next] = [testOwner(), testOwner()]
      await one.join(group, [input], old)
      await expect.poll(() => old.lanes.length).toBe(2)
      for (const lane of old.lanes) expect(await lane.commit({ offset: 1, metadata: first, records: [] })).toBe('committed')

      const joining = two.join(group, [input], next)
      await expect.poll(() => said.filter((text) => text.includes(`KAFKA_TRANSACTIONS=${first}`)).length).toBeGreaterThan(2)
      expect(next.lanes).toEqual([])
      expect(old.releases).toEqual([])
      for (const lane of old.lanes) expect(await lane.commit({ offset: 2, metadata: first, records: [] })).toBe('committed')

      await one[Symbol.asyncDispose]()
      await joining
      await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(2)
      expect(next.lanes.map(({ position }) => position)).toEqual(
        Array.from({ length: 2 }, () => ({ offset: 2, metadata: first })),
      )
      for (const lane of next.lanes) expect(await lane.commit({ offset: 3, metadata: second, records: [] })).toBe('committed')
    },
    120_000,
  )

  test('one whose lanes have producers and that its group has given up can commit nothing beside its successor', async () => {
    const sockets = createCuttingSockets()
    const zombie = { ...often, transactions: 'lanes', socketFactory: sockets.factory, sessionTimeoutMs: 6_000 } as const
    await using cutOff = await openKafkaLog(zombie)
    await using healthy = await openKafkaLog({ ...often, transactions: 'group' })
    const { input, output, group } = await topicsOf(healthy)
    const [old, next] = [testOwner(), testOwner()]
    await cutOff.join(group, [input], old)
    await expect.poll(() => old.lanes.length).toBe(2)
    const lane = await old.lane(0)
    expect(await lane.commit({ offset: 1, metadata: 'old', records: [outgoing(output, null, 'before', 0)] })).toBe('committed')

    sockets.cutAll(groupRequests)
    await healthy.join(group, [input], next)
    await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(2)
    expect(await lane.commit({ offset: 9, metadata: 'late', records: [outgoing(output, null, 'late', 0)] })).not.toBe('committed')

    const its = await next.lane(0)
    expect(its.position).toEqual({ offset: 1, metadata: 'old' })
    expect(await its.commit({ offset: 2, metadata: 'new', records: [outgoing(output, null, 'after', 0)] })).toBe('committed')
    expect(await its.reopen()).toEqual({ offset: 2, metadata: 'new' })
    expect(texts(await readAll(healthy, output))).toEqual(['before', 'after'])
  }, 120_000)
})
