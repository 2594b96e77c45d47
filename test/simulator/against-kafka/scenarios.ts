import { randomUUID } from 'node:crypto'
import type { Log, LogLane, Membership } from '@leadline/log'
import type { LogHarness } from '@leadline/log/contract'
import { eventually, outgoing, readAll, type TestOwner, testOwner, texts } from '@leadline/log/contract-owner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

export interface BrokerHarness extends LogHarness {
  /** One more process, which its group's coordinator can be made deaf to while all else goes on. */
  openCutOff(): Promise<{ readonly log: Log; cut(): void; mend(): void }>
}

interface Joined {
  readonly owner: TestOwner
  readonly membership: Membership
  readonly lane: LogLane
}

/** What the simulator's model says of Kafka beyond the contract of all logs; the same test runs on a real broker. */
export function brokerScenarios(name: string, transactions: 'lanes' | 'group', openHarness: () => Promise<BrokerHarness>): void {
  describe(`Kafka, ${name}, transactions of ${transactions}`, () => {
    const started: { harness?: BrokerHarness; log?: Log } = {}
    const harness = (): BrokerHarness => present(started.harness)
    const log = (): Log => present(started.log)
    const run = randomUUID().slice(0, 8)
    let names = 0

    beforeAll(async () => {
      started.harness = await openHarness()
      started.log = await started.harness.open()
    })
    afterAll(async () => {
      await started.log?.[Symbol.asyncDispose]()
      await started.harness?.[Symbol.asyncDispose]()
    })

    async function newTopic(partitions = 1): Promise<string> {
      const topic = `scenario-${run}-${names++}`
      await log().ensureTopics([{ name: topic, partitions, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_048_588 }])
      return topic
    }

    async function join(topic: string, group = `group-of-${topic}`, through = log()): Promise<Joined> {
      const owner = testOwner()
      const membership = await through.join(group, [topic], owner)
      return { owner, membership, lane: await owner.lane(0) }
    }

    const endOf = async (topic: string): Promise<number | undefined> => (await log().ends(topic))[0]?.end

    test('ends each transaction with a record that nobody reads, which takes an offset', async () => {
      const [input, output] = [await newTopic(), await newTopic()]
      const { lane, membership } = await join(input)

      await lane.commit({ offset: 1, metadata: 'one', records: [outgoing(output, 'k', 'a')] })
      await lane.commit({ offset: 2, metadata: 'two', records: [outgoing(output, 'k', 'b'), outgoing(output, 'k', 'c')] })
      await log().settled(output, 0)

      expect((await readAll(log(), output)).map(({ offset }) => offset)).toEqual([0, 2, 3])
      expect(await endOf(output)).toBe(5)
      await membership.close()
    })

    // A producer of a process asks until it knows how its transaction ended.
    if (transactions === 'lanes') {
      test('keeps the records of a transaction that was given up from readers and lanes, who go on behind them', async () => {
        const [input, output] = [await newTopic(), await newTopic()]
        const { lane, membership } = await join(input)
        await lane.commit({ offset: 1, metadata: 'one', records: [outgoing(output, 'k', 'before')] })
        harness().loseNextCommit('dropped')

        const answer = await lane.commit({ offset: 2, metadata: 'two', records: [outgoing(output, 'k', 'given up')] })
        const position = await lane.reopen()
        await lane.commit({ offset: 2, metadata: 'two again', records: [outgoing(output, 'k', 'after')] })
        await lane.reopen()
        const reader = await join(output)

        expect([answer, position]).toEqual(['unknown', { offset: 1, metadata: 'one' }])
        expect((await readAll(log(), output)).map(({ offset }) => offset)).toEqual([0, 4])
        expect(await endOf(output)).toBe(6)
        expect(texts(await reader.owner.records(2))).toEqual(['before', 'after'])
        await reader.membership.close()
        await membership.close()
      })

      test('ends what a former owner has left open when the lane is opened by the next', async () => {
        const [input, output] = [await newTopic(), await newTopic()]
        const former = await join(input)
        harness().loseNextCommit('dropped')
        await former.lane.commit({ offset: 1, metadata: 'left open', records: [outgoing(output, 'k', 'left open')] })
        await former.membership.close()

        const next = await join(input)
        await next.lane.commit({ offset: 1, metadata: 'done', records: [outgoing(output, 'k', 'done')] })
        await next.lane.reopen()

        expect(next.lane.position).toEqual({ offset: null, metadata: '' })
        expect(texts(await readAll(log(), output))).toEqual(['done'])
        await next.membership.close()
      })
    }

    test('keeps nothing of a commit whose metadata is too long', async () => {
      const [input, output] = [await newTopic(), await newTopic()]
      const { lane, membership } = await join(input)
      const metadata = 'm'.repeat(log().limits.metadataLength + 1)

      const answer = await lane.commit({ offset: 1, metadata, records: [outgoing(output, 'k', 'v')] })

      expect(answer).toBe('unknown')
      expect(await lane.reopen()).toEqual({ offset: null, metadata: '' })
      expect(await readAll(log(), output)).toEqual([])
      await membership.close()
    })

    test('leaves a member the lanes that stay its own when another joins; the one that goes is fenced, and begins where it ended', async () => {
      const input = await newTopic(2)
      const group = `group-of-${input}`
      const first = await join(input, group)
      for (const partition of [0, 1])
        await (await first.owner.lane(partition)).commit({ offset: 3, metadata: `three-${partition}`, records: [] })

      const owner = testOwner()
      const second = await log().join(group, [input], owner)
      const moved = await eventually(() => owner.lanes[0])
      await eventually(() => first.owner.releases[0])
      const [stays, goes] = [await first.owner.lane(1 - moved.partition), await first.owner.lane(moved.partition)]

      const how = transactions === 'lanes' ? 'lost' : 'closing'
      expect(first.owner.releases).toEqual([{ partition: moved.partition, how }])
      expect([first.owner.lanes.length, owner.lanes.length]).toEqual([2, 1])
      expect(await goes.commit({ offset: 9, metadata: 'late', records: [] })).toBe('fenced')
      expect(await stays.commit({ offset: 4, metadata: 'four', records: [] })).toBe('committed')
      expect(moved.position).toEqual({ offset: 3, metadata: `three-${moved.partition}` })
      await second.close()
      await first.membership.close()
    })

    test('lets nobody commit whom the group has given up, whether he has heard of it or not', async () => {
      const [input, output] = [await newTopic(), await newTopic()]
      const group = `group-of-${input}`
      const deaf = await harness().openCutOff()
      const old = await join(input, group, deaf.log)
      await old.lane.commit({ offset: 1, metadata: 'old', records: [outgoing(output, 'k', 'before')] })

      deaf.cut()
      const next = await join(input, group)
      const late = old.lane.commit({ offset: 9, metadata: 'late', records: [outgoing(output, 'k', 'late')] })
      // Whose commits the group must allow asks it, and waits for the answer.
      if (transactions === 'lanes') await late
      const reopened = old.lane.reopen()
      deaf.mend()

      expect([await late, await reopened]).toEqual([transactions === 'lanes' ? 'unknown' : 'fenced', 'fenced'])
      expect(await old.lane.commit({ offset: 10, metadata: 'later', records: [] })).toBe('fenced')
      expect(await eventually(() => old.owner.releases[0])).toEqual({ partition: 0, how: 'lost' })
      expect(next.owner.releases).toEqual([])
      expect(next.lane.position).toEqual({ offset: 1, metadata: 'old' })
      await log().settled(output, 0)
      expect(texts(await readAll(log(), output))).toEqual(['before'])
      await deaf.log[Symbol.asyncDispose]()
      await next.membership.close()
    })
  })
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the harness did not start')
  return value
}
