import { type LaneCommit, type LanePosition, type LogLane, type OutgoingRecord, openKafkaLog } from '@leadline/log'
import { testOwner } from '@leadline/log/contract-owner'
import { afterAll, describe, expect, test } from 'vitest'
import { consumeWithJvm } from './jvm-consumer.ts'
import { ownKafka } from './shared-kafka.ts'

// Its start may take longer than the six seconds in which a member must be heard of elsewhere in the tests.
const kafka = await ownKafka({ groupSessionMs: 45_000 })
const shape = { cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 } as const

/** Commits until the lane has it, the way an engine does: an unknown end is looked up, and only a lost one is done again. */
async function commitOnce(lane: LogLane, commit: LaneCommit): Promise<'done' | 'fenced'> {
  for (;;) {
    const answer = await lane.commit(commit)
    if (answer !== 'unknown') return answer === 'committed' ? 'done' : 'fenced'
    const found: LanePosition | 'fenced' = await lane.reopen()
    if (found === 'fenced') return 'fenced'
    if (found.offset === commit.offset) return 'done'
  }
}

describe.skipIf('skip' in kafka)(`a broker that is killed${'skip' in kafka ? ` (${kafka.skip})` : ''}`, () => {
  afterAll(async () => {
    if (!('skip' in kafka)) await kafka[Symbol.asyncDispose]()
  })

  // Here because the broker is its own: among other members the committed end may stand still while one of them has a transaction open.
  test('has written something down for the group before a position is believed that is read again', async () => {
    if ('skip' in kafka) throw new Error(kafka.skip)
    await using log = await openKafkaLog({ brokers: [kafka.address], transactions: 'group' })
    await log.ensureTopics([{ name: 'read-again', partitions: 1, ...shape }])
    const owner = testOwner()
    await log.join('readers', ['read-again'], owner)
    const lane = await owner.lane(0)
    expect(await lane.commit({ offset: 1, metadata: 'one', records: [] })).toBe('committed')
    const written = async () => (await log.ends('__consumer_offsets')).reduce((sum, { end }) => sum + end, 0)
    const reopened = async (): Promise<number> => {
      const before = await written()
      expect(await lane.reopen()).toEqual({ offset: 1, metadata: 'one' })
      return (await written()) - before
    }

    for (let time = 0; time < 3; time++) expect(await reopened()).toBeGreaterThan(0)
  }, 60_000)

  test.each(['lanes', 'group'] as const)(
    'costs no committed record of transactions of %s and repeats none; lanes stay where they are, and appends say that they failed',
    async (transactions) => {
      if ('skip' in kafka) throw new Error(kafka.skip)
      await using log = await openKafkaLog({ brokers: [kafka.address], transactions })
      const [input, output] = [`in-${transactions}`, `out-${transactions}`]
      await log.ensureTopics([
        { name: input, partitions: 2, ...shape },
        { name: output, partitions: 2, ...shape },
      ])
      const lanes: LogLane[] = []
      const lost: number[] = []
      const delivered: string[] = []
      await log.join(`survivors-${transactions}`, [input], {
        assigned: async (lane) => {
          lanes.push(lane)
          lane.start(0, ({ records }) => delivered.push(...records.map(({ value }) => `${value}`)))
        },
        released: async (lane, how) => void (how === 'lost' && lost.push(lane.partition)),
      })
      await expect.poll(() => lanes.length).toBe(2)

      const counts = { rounds: 0 }
      const stop = new AbortController()
      const working = lanes.map(async (lane) => {
        for (let round = 1; !stop.signal.aborted; round++) {
          const record: OutgoingRecord = {
            topic: output,
            key: Buffer.from('k'),
            value: Buffer.from(`${lane.partition}-${round}`),
            headers: {},
          }
          expect(await commitOnce(lane, { offset: round, metadata: `round-${round}`, records: [record] })).toBe('done')
          counts.rounds += 1
        }
        return counts.rounds
      })
      await expect.poll(() => counts.rounds, { timeout: 30_000 }).toBeGreaterThan(20)
      await kafka.stop('SIGKILL')
      const during = await Promise.allSettled([
        log.append([{ topic: input, key: null, value: Buffer.from('during'), headers: {} }]),
      ])
      await kafka.start()
      const before = counts.rounds
      await expect.poll(() => counts.rounds, { timeout: 60_000 }).toBeGreaterThan(before + 20)
      stop.abort()
      await Promise.all(working)
      await log.append([{ topic: input, key: null, value: Buffer.from('after'), headers: {} }])

      expect(during[0]).toMatchObject({ status: 'rejected', reason: { code: 'LOG_UNAVAILABLE' } })
      await expect.poll(() => delivered, { timeout: 30_000 }).toContain('after')
      const out = await consumeWithJvm({ brokers: kafka.address, topic: output, expected: counts.rounds })
      expect(new Set(out.map(({ value }) => value)).size).toBe(counts.rounds)
      expect(out).toHaveLength(counts.rounds)
      expect(lost).toEqual([])
    },
    180_000,
  )
})
