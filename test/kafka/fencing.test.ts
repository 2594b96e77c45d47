import { type LogLane, openKafkaLog } from '@leadline/log'
import { expect, test } from 'vitest'
import { createCuttingSockets } from './cutting-sockets.ts'
import { describeKafka } from './shared-kafka.ts'

/** Numbers of the requests by which a member speaks with its group. */
const groupRequests = [11, 12, 14]

function collector() {
  const lanes: LogLane[] = []
  const lost: number[] = []
  return {
    lanes,
    lost,
    owner: {
      assigned: async (lane: LogLane) => void lanes.push(lane),
      released: async (lane: LogLane, how: 'closing' | 'lost') => void (how === 'lost' && lost.push(lane.partition)),
    },
  }
}

await describeKafka('a member that its group has given up', (brokers) => {
  test('cannot commit, is told so once it hears from the group again, and leaves nothing behind', async () => {
    const sockets = createCuttingSockets()
    await using cutOff = await openKafkaLog({
      brokers,
      socketFactory: sockets.factory,
      sessionTimeoutMs: 6_000,
      heartbeatIntervalMs: 200,
    })
    await using healthy = await openKafkaLog({ brokers, heartbeatIntervalMs: 200 })
    const [input, output, group] = ['in', 'out', 'group'].map((name) => `fencing-${name}-${Date.now()}`) as [
      string,
      string,
      string,
    ]
    const shape = { partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 } as const
    await healthy.ensureTopics([input, output].map((name) => ({ name, ...shape })))
    const [old, next] = [collector(), collector()]
    await cutOff.join(group, [input], old.owner)
    await expect.poll(() => old.lanes.length).toBe(1)
    const lane = old.lanes[0] as LogLane
    const record = (value: string) => ({ topic: output, key: null, value: Buffer.from(value), headers: {} })
    expect(await lane.commit({ offset: 1, metadata: 'old', records: [record('before')] })).toBe('committed')

    sockets.cutAll(groupRequests)
    await healthy.join(group, [input], next.owner)
    await expect.poll(() => next.lanes.length, { timeout: 30_000 }).toBe(1)
    const answer = await lane.commit({ offset: 9, metadata: 'late', records: [record('late')] })
    const reopened = lane.reopen()
    sockets.cutAll([])

    expect(answer).toBe('unknown')
    expect(await reopened).toBe('fenced')
    expect(await lane.commit({ offset: 10, metadata: 'later', records: [] })).toBe('fenced')
    await expect.poll(() => old.lost).toEqual([0])
    expect(next.lost).toEqual([])
    expect(next.lanes[0]?.position).toEqual({ offset: 1, metadata: 'old' })
    const [end] = await healthy.ends(output)
    const records = (await Array.fromAsync(healthy.read({ topic: output, partition: 0, from: 0, to: end?.end ?? 0 }))).flat()
    expect(records.map(({ value }) => `${value}`)).toEqual(['before'])
  })
})
