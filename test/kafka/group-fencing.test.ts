import { type Log, type LogLane, openKafkaLog } from '@leadline/log'
import { expect, test } from 'vitest'
import { createLosingConnections } from './losing-connections.ts'
import { describeKafka } from './shared-kafka.ts'

/** Number of the request by which a member speaks with its group. */
const heartbeat = 68

function collector() {
  const lanes: LogLane[] = []
  const releases: string[] = []
  return {
    lanes,
    releases,
    owner: {
      assigned: async (lane: LogLane) => void lanes.push(lane),
      released: async (lane: LogLane, how: 'closing' | 'lost') => void releases.push(`${lane.partition} ${how}`),
    },
  }
}

const record = (topic: string, value: string) => ({ topic, key: null, value: Buffer.from(value), headers: {} })

async function valuesOf(log: Log, topic: string): Promise<string[]> {
  const [end] = await log.ends(topic)
  const records = (await Array.fromAsync(log.read({ topic, partition: 0, from: 0, to: end?.end ?? 0 }))).flat()
  return records.map(({ value }) => `${value}`)
}

await describeKafka('a member under transactions fenced by the group', (brokers) => {
  const options = { brokers, heartbeatIntervalMs: 200, transactions: 'group' } as const

  async function topicsOf(log: Log, partitions = 1) {
    const [input, output, group] = ['in', 'out', 'group'].map((name) => `fenced-${name}-${Date.now()}`) as [
      string,
      string,
      string,
    ]
    const shape = { partitions, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 } as const
    await log.ensureTopics([input, output].map((name) => ({ name, ...shape })))
    return { input, output, group }
  }

  test('that its group has given up cannot commit, is told so, and leaves nothing behind', async () => {
    const losing = createLosingConnections()
    await using cutOff = await openKafkaLog({ ...options, wrapConnection: losing.wrap })
    await using healthy = await openKafkaLog(options)
    const { input, output, group } = await topicsOf(healthy)
    const [old, next] = [collector(), collector()]
    await cutOff.join(group, [input], old.owner)
    await expect.poll(() => old.lanes.length).toBe(1)
    const lane = old.lanes[0] as LogLane
    expect(await lane.commit({ offset: 1, metadata: 'old', records: [record(output, 'before')] })).toBe('committed')

    losing.cutAll([heartbeat])
    await healthy.join(group, [input], next.owner)
    await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(1)
    const answer = lane.commit({ offset: 9, metadata: 'late', records: [record(output, 'late')] })
    losing.cutAll([])

    expect(await answer).toBe('fenced')
    expect(await lane.reopen()).toBe('fenced')
    expect(await lane.commit({ offset: 10, metadata: 'later', records: [] })).toBe('fenced')
    await expect.poll(() => old.releases).toEqual(['0 lost'])
    expect(next.lanes[0]?.position).toEqual({ offset: 1, metadata: 'old' })
    expect(await valuesOf(healthy, output)).toEqual(['before'])
  }, 120_000)

  test('with a name has its lanes back at once when it is started again, though nobody has missed the former one', async () => {
    await using former = await openKafkaLog({ ...options, slot: 'one' })
    await using restarted = await openKafkaLog({ ...options, slot: 'one' })
    const { input, output, group } = await topicsOf(restarted)
    const [old, next] = [collector(), collector()]
    await former.join(group, [input], old.owner)
    await expect.poll(() => old.lanes.length).toBe(1)
    expect(await old.lanes[0]?.commit({ offset: 1, metadata: 'old', records: [] })).toBe('committed')

    // The former one goes on telling the group that it lives: without the name this lane would stay with it.
    await restarted.join(group, [input], next.owner)
    await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(1)
    expect(await next.lanes[0]?.commit({ offset: 2, metadata: 'new', records: [] })).toBe('committed')
    const late = old.lanes[0]?.commit({ offset: 9, metadata: 'late', records: [record(output, 'late')] })

    expect(await late).toBe('fenced')
    expect(old.releases).toEqual(['0 lost'])
    expect(next.lanes[0]?.position).toEqual({ offset: 1, metadata: 'old' })
    expect(await next.lanes[0]?.commit({ offset: 3, metadata: 'newer', records: [record(output, 'newer')] })).toBe('committed')
    expect(await valuesOf(restarted, output)).toEqual(['newer'])
    expect(next.releases).toEqual([])
  }, 120_000)

  test('gives partitions back only after they are drained when another one joins', async () => {
    await using one = await openKafkaLog(options)
    await using two = await openKafkaLog(options)
    const { input, output, group } = await topicsOf(one, 2)
    const drained: string[] = []
    const [first, second] = [collector(), collector()]
    await one.join(group, [input], {
      ...first.owner,
      released: async (lane, how) => {
        drained.push(await lane.commit({ offset: 1, metadata: `drained ${how}`, records: [record(output, 'drained')] }))
        first.releases.push(`${lane.partition} ${how}`)
      },
    })
    await expect.poll(() => first.lanes.length).toBe(2)
    await two.join(group, [input], second.owner)
    await expect.poll(() => second.lanes.length, { timeout: 60_000 }).toBe(1)

    expect(drained).toEqual(['committed'])
    expect(second.lanes[0]?.position).toEqual({ offset: 1, metadata: 'drained closing' })
  }, 120_000)
})
