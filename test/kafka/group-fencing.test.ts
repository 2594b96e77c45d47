import { type KafkaLogOptions, type Log, openKafkaLog } from '@leadline/log'
import { outgoing, readAll, testOwner, texts } from '@leadline/log/contract-owner'
import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { createLosingConnections } from './losing-connections.ts'
import { describeKafka } from './shared-kafka.ts'

/** Number of the request by which a member speaks with its group. */
const heartbeat = 68
const describeGroup = 69
const metadata = 3
const positions = 9
const endTransaction = 26
const invalidTransactionState = 48
const fencedMemberEpoch = 110
/** Of the brokers that tests start; others may give members more time. */
const sessionMs = 6_000

type Wrap = NonNullable<KafkaLogOptions['wrapConnection']>
type Connection = Parameters<Wrap>[0]
type Call = Parameters<Connection['request']>[0]

/** A heartbeat begins with the names of the group and of the member, each behind its length and one. */
function memberIn(bytes: Buffer): string {
  const at = bytes[0] ?? 0
  return bytes.toString('utf8', at + 1, at + (bytes[at] ?? 0))
}

function isCoded<T>(answer: T): answer is T & { readonly code: number } {
  return typeof answer === 'object' && answer !== null && 'code' in answer && typeof answer.code === 'number'
}

/** Connections on which every request goes through `ask`. */
const asking =
  (ask: (connection: Connection) => Connection['request']): Wrap =>
  (connection) => ({
    get alive() {
      return connection.alive
    },
    close: connection.close,
    request: ask(connection),
  })

/** Connections whose answers are seen first, and changed, by the test. */
const answering = (seen: <T extends { readonly code: number }>(call: Call, answer: T) => T): Wrap =>
  asking((connection) => async (call, timeoutMs) => {
    const answer = await connection.request(call, timeoutMs)
    return isCoded(answer) ? seen(call, answer) : answer
  })

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

  /** Who gives records of the topic their time. */
  async function setTimes(topic: string, type: string): Promise<void> {
    const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin()
    await admin.connect()
    const configEntries = [{ name: 'message.timestamp.type', value: type }]
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }],
    })
    await admin.disconnect()
  }

  /** Both lanes of a topic are the first one's until the second one joins, which is then given one of them. */
  async function joinInTurn(first: Log, second: Log) {
    const { input, group } = await topicsOf(second, 2)
    const [one, two] = [testOwner(), testOwner()]
    await first.join(group, [input], one)
    await expect.poll(() => one.lanes.length, { timeout: 20_000 }).toBe(2)
    await second.join(group, [input], two)
    await expect.poll(() => two.lanes.length, { timeout: 20_000 }).toBe(1)
    return [one, two] as const
  }

  // Brokers before 4.2 refuse who joins by a name that is in the group (KAFKA-19233), whatever came before.
  test('that is told that the group has gone on without it is taken in again at once, though the group still has it', async () => {
    const codes: number[] = []
    let refused = false
    const refuseOne = answering(({ key }, answer) => {
      if (key !== heartbeat) return answer
      const told = refused ? { ...answer, code: fencedMemberEpoch } : answer
      refused = false
      codes.push(told.code)
      return told
    })
    await using told = await openKafkaLog({ ...options, wrapConnection: refuseOne })
    await using other = await openKafkaLog(options)
    // A member that has been through one epoch only could join as if it were new.
    const [one] = await joinInTurn(told, other)

    const before = codes.length
    refused = true
    await expect.poll(() => one.lanes.length, { timeout: 20_000 }).toBe(3)
    expect(codes.slice(before).filter((code) => code !== 0)).toEqual([fencedMemberEpoch])
  })

  test('has the group watch another one that has stayed as it is, which does not notice', async () => {
    const [described, renewed]: [number[], { member: string; code: number }[]] = [[], []]
    const names = new Set<string>()
    const noting = answering((call, answer) => {
      if (call.key === describeGroup) described.push(answer.code)
      if (call.key === heartbeat) renewed.push({ member: memberIn(call.write().buffer), code: answer.code })
      return answer
    })
    await using quiet = await openKafkaLog(options)
    // Each heartbeat counts for twenty seconds, and each look at the own position sends one.
    await using looking = await openKafkaLog({ ...options, heartbeatIntervalMs: 20_000, wrapConnection: noting })
    const { input, output, group } = await topicsOf(quiet, 2)
    const [one, two] = [testOwner(), testOwner()]
    await looking.join(group, [input], one)
    await expect.poll(() => one.lanes.length, { timeout: 20_000 }).toBe(2)
    for (const { member } of renewed) names.add(member)
    await quiet.join(group, [input], two)
    await expect
      .poll(
        async () => {
          await Promise.all(one.lanes.map((lane) => lane.reopen()))
          return renewed.filter(({ member }) => !names.has(member))
        },
        { timeout: 20_000 },
      )
      .toMatchObject([{ code: 0 }])

    expect(described.filter((code) => code !== 0)).toEqual([])
    await expect.poll(() => two.lanes.length, { timeout: 20_000 }).toBe(1)
    const [lane] = two.lanes
    expect(await lane?.commit({ offset: 1, metadata: '', records: [outgoing(output, null, 'as before')] })).toBe('committed')
  })

  // What having others watched rests on: a coordinator sets the time of a session anew at each heartbeat, whoever sends it.
  test('stays for as long as heartbeats come in its name, and is given up when they end', async () => {
    const beats: Call[] = []
    let silent = false
    let speaking: Connection | undefined
    const silenced = asking((connection) => (call, timeoutMs) => {
      if (call.key !== heartbeat) return connection.request(call, timeoutMs)
      if (silent) return Promise.reject(new Error('this connection was cut by the test'))
      beats.push(call)
      return connection.request(call, timeoutMs)
    })
    const kept = asking((connection) => (call, timeoutMs) => {
      if (call.key === heartbeat) speaking = connection
      return connection.request(call, timeoutMs)
    })
    await using dying = await openKafkaLog({ ...options, wrapConnection: silenced })
    await using living = await openKafkaLog({ ...options, wrapConnection: kept })
    const [, two] = await joinInTurn(dying, living)
    const settledAt = beats.length + 5
    await expect.poll(() => beats.length, { timeout: 20_000 }).toBeGreaterThan(settledAt)

    silent = true
    const last = beats.at(-1)
    if (last === undefined || speaking === undefined) throw new Error('nobody has sent a heartbeat')
    for (const end = Date.now() + 2 * sessionMs; Date.now() < end; ) {
      expect(await speaking.request(last)).toMatchObject({ code: 0 })
      await new Promise((resolve) => setTimeout(resolve, sessionMs / 4))
    }
    expect(two.lanes.length).toBe(1)
    await expect.poll(() => two.lanes.length, { timeout: 60_000 }).toBe(2)
  }, 120_000)

  test('that its group has given up cannot commit, is told so, and leaves nothing behind', async () => {
    const losing = createLosingConnections()
    await using cutOff = await openKafkaLog({ ...options, wrapConnection: losing.wrap })
    await using healthy = await openKafkaLog(options)
    const { input, output, group } = await topicsOf(healthy)
    const [old, next] = [testOwner(), testOwner()]
    await cutOff.join(group, [input], old)
    await expect.poll(() => old.lanes.length).toBe(1)
    const lane = await old.lane(0)
    expect(await lane.commit({ offset: 1, metadata: 'old', records: [outgoing(output, null, 'before')] })).toBe('committed')

    losing.cutAll([heartbeat])
    await healthy.join(group, [input], next)
    await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(1)
    const answer = lane.commit({ offset: 9, metadata: 'late', records: [outgoing(output, null, 'late')] })
    losing.cutAll([])

    expect(await answer).toBe('fenced')
    expect(await lane.reopen()).toBe('fenced')
    expect(await lane.commit({ offset: 10, metadata: 'later', records: [] })).toBe('fenced')
    await expect.poll(() => old.releases).toEqual([{ partition: 0, how: 'lost' }])
    expect(next.lanes[0]?.position).toEqual({ offset: 1, metadata: 'old' })
    expect(texts(await readAll(healthy, output))).toEqual(['before'])
  }, 120_000)

  test('with a name has its lanes back at once when it is started again, though nobody has missed the former one', async () => {
    await using former = await openKafkaLog({ ...options, slot: 'one' })
    await using restarted = await openKafkaLog({ ...options, slot: 'one' })
    const { input, output, group } = await topicsOf(restarted)
    const [old, next] = [testOwner(), testOwner()]
    await former.join(group, [input], old)
    await expect.poll(() => old.lanes.length).toBe(1)
    expect(await old.lanes[0]?.commit({ offset: 1, metadata: 'old', records: [] })).toBe('committed')

    // The former one goes on telling the group that it lives: without the name this lane would stay with it.
    await restarted.join(group, [input], next)
    await expect.poll(() => next.lanes.length, { timeout: 60_000 }).toBe(1)
    expect(await next.lanes[0]?.commit({ offset: 2, metadata: 'new', records: [] })).toBe('committed')
    const late = old.lanes[0]?.commit({ offset: 9, metadata: 'late', records: [outgoing(output, null, 'late')] })

    expect(await late).toBe('fenced')
    expect(old.releases).toEqual([{ partition: 0, how: 'lost' }])
    expect(next.lanes[0]?.position).toEqual({ offset: 1, metadata: 'old' })
    expect(await next.lanes[0]?.commit({ offset: 3, metadata: 'newer', records: [outgoing(output, null, 'newer')] })).toBe(
      'committed',
    )
    // A commit can be readable a little later than it is answered.
    await expect.poll(async () => texts(await readAll(restarted, output))).toEqual(['newer'])
    expect(next.releases).toEqual([])
  }, 120_000)

  test('with a name takes over only when the group has heard that the former one is out', async () => {
    const losing = createLosingConnections()
    await using former = await openKafkaLog({ ...options, slot: 'two' })
    await using restarted = await openKafkaLog({ ...options, slot: 'two', wrapConnection: losing.wrap })
    const { input, output, group } = await topicsOf(restarted)
    const [old, next] = [testOwner(), testOwner()]
    await former.join(group, [input], old)
    const oldLane = await old.lane(0)
    expect(await oldLane.commit({ offset: 1, metadata: 'old', records: [] })).toBe('committed')

    losing.loseNextHeartbeat()
    await restarted.join(group, [input], next)
    const lane = await next.lane(0)
    const late = await oldLane.commit({ offset: 9, metadata: 'late', records: [outgoing(output, null, 'late')] })

    expect(late).toBe('fenced')
    expect(await lane.commit({ offset: 2, metadata: 'new', records: [outgoing(output, null, 'new')] })).toBe('committed')
    expect(lane.position).toEqual({ offset: 1, metadata: 'old' })
    await expect.poll(async () => texts(await readAll(restarted, output))).toEqual(['new'])
  }, 120_000)

  test('that joins while its log is closed is refused, and leaves no connection behind', async () => {
    await using other = await openKafkaLog(options)
    const { input, group } = await topicsOf(other)
    const connections: Connection[] = []
    const closing = Promise.withResolvers<void>()
    const log = await openKafkaLog({
      ...options,
      wrapConnection: asking((connection) => {
        connections.push(connection)
        return (call, timeoutMs) => {
          if (call.key === metadata) closing.resolve(log[Symbol.asyncDispose]())
          return connection.request(call, timeoutMs)
        }
      }),
    })
    const joining = log.join(group, [input], testOwner())

    await expect(joining).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
    await closing.promise
    await expect.poll(() => connections.filter(({ alive }) => alive)).toEqual([])
  }, 60_000)

  test('gives partitions back only after they are drained when another one joins', async () => {
    await using one = await openKafkaLog(options)
    await using two = await openKafkaLog(options)
    const { input, output, group } = await topicsOf(one, 2)
    const drained: string[] = []
    const [first, second] = [testOwner(), testOwner()]
    await one.join(group, [input], {
      ...first,
      released: async (lane, how) => {
        drained.push(await lane.commit({ offset: 1, metadata: `drained ${how}`, records: [outgoing(output, null, 'drained')] }))
        await first.released(lane, how)
      },
    })
    await expect.poll(() => first.lanes.length).toBe(2)
    await two.join(group, [input], second)
    await expect.poll(() => second.lanes.length, { timeout: 60_000 }).toBe(1)

    expect(drained).toEqual(['committed'])
    expect(second.lanes[0]?.position).toEqual({ offset: 1, metadata: 'drained closing' })
  }, 120_000)

  test.each([
    ['taken for made when its records are there', true, 'CreateTime', { offset: 3, metadata: 'three' }],
    ['taken for made when they are there with times of the broker', true, 'LogAppendTime', { offset: 3, metadata: 'three' }],
    ['not taken for made when they are not', false, 'CreateTime', { offset: 2, metadata: 'two' }],
  ])(
    'told of an old position has its records say what the last one was: a commit in doubt is %s',
    async (_what, made, times, found) => {
      let doubtful = false
      const wrapConnection = asking((connection) => async (call, timeoutMs) => {
        if (doubtful && call.key === endTransaction) {
          doubtful = false
          if (made) await connection.request(call, timeoutMs)
          return { code: invalidTransactionState, id: 0n, epoch: 0 } as never
        }
        const answer = await connection.request(call, timeoutMs)
        return call.key === positions ? { ...answer, offset: 1, metadata: 'one' } : answer
      })
      await using log = await openKafkaLog({ ...options, wrapConnection })
      const { input, output, group } = await topicsOf(log)
      await setTimes(output, times)
      const owner = testOwner()
      await log.join(group, [input], owner)
      const lane = await owner.lane(0)
      const next = (offset: number, text: string) => ({
        offset,
        metadata: text,
        records: [outgoing(output, null, text), outgoing(output, null, `${text} more`)],
      })
      expect(await lane.commit(next(2, 'two'))).toBe('committed')
      doubtful = true

      expect(await lane.commit(next(3, 'three'))).toBe('unknown')
      expect(await lane.reopen()).toEqual({ offset: 1, metadata: 'one' })
      expect(await lane.positionByRecords?.()).toEqual(found)
    },
    60_000,
  )
})
