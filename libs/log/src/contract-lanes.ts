import { describe, expect, test } from 'vitest'
import type { ContractContext } from './contract-context.ts'
import { eventually, outgoing, readAll, testOwner, texts } from './contract-owner.ts'
import type { Delivery } from './log.ts'

/** One member: positions, delivery and the atomic step. */
export function laneContract({ log, topic, group, harness }: ContractContext): void {
  describe('a lane', () => {
    test('of a new group has no position, and is delivered everything in order', async () => {
      const input = await topic()
      await log().append([outgoing(input, 'k', 'one'), outgoing(input, 'k', 'two')])
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)

      const lane = await owner.lane(0)
      await log().append([outgoing(input, 'k', 'three')])

      expect(lane.position).toEqual({ offset: null, metadata: '' })
      expect(texts(await owner.records(3))).toEqual(['one', 'two', 'three'])
      await membership.close()
    })

    test('commits records of many topics and its position in one step', async () => {
      const [input, left, right] = [await topic(), await topic({ partitions: 2 }), await topic()]
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)

      const records = [outgoing(left, 'a', 'l'), outgoing(right, null, 'r'), { ...outgoing(right, 'k', ''), value: null }]
      const answer = await lane.commit({ offset: 7, metadata: 'a-stamp_09', records })

      expect(answer).toBe('committed')
      // A commit can be readable a little later than it is answered.
      expect(await lane.reopen()).toEqual({ offset: 7, metadata: 'a-stamp_09' })
      const onLeft = async () => texts([...(await readAll(log(), left, 0)), ...(await readAll(log(), left, 1))])
      await expect.poll(onLeft).toEqual(['l'])
      await expect.poll(async () => texts(await readAll(log(), right))).toEqual(['r', undefined])
      await membership.close()
    })

    test('keeps what it committed when its values are written over afterwards', async () => {
      const [input, output] = [await topic(), await topic()]
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)
      const record = outgoing(output, 'k', 'as it was')

      expect(await lane.commit({ offset: 1, metadata: '', records: [record] })).toBe('committed')
      record.value?.fill('x')

      await expect.poll(async () => texts(await readAll(log(), output))).toEqual(['as it was'])
      await membership.close()
    })

    test('begins again where the group committed, with the metadata of the last commit', async () => {
      const input = await topic()
      const name = group()
      const metadata = 'm'.repeat(log().limits.metadataLength)
      await log().append(['a', 'b', 'c'].map((value) => outgoing(input, 'k', value)))
      const first = testOwner()
      const membership = await log().join(name, [input], first)
      const lane = await first.lane(0)
      await lane.commit({ offset: 1, metadata: 'earlier', records: [] })
      await lane.commit({ offset: 2, metadata, records: [] })
      await membership.close()

      const second = testOwner()
      const again = await log().join(name, [input], second)

      expect((await second.lane(0)).position).toEqual({ offset: 2, metadata })
      expect(texts(await second.records(1))).toEqual(['c'])
      await again.close()
    })

    test('keeps nothing of a commit that names a topic nobody made', async () => {
      const [input, output] = [await topic(), await topic()]
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)

      const records = [outgoing(output, 'k', 'v'), outgoing('no-such-topic', 'k', 'v')]
      const answer = await lane.commit({ offset: 5, metadata: '', records })

      expect(answer).toBe('unknown')
      expect(await lane.reopen()).toEqual({ offset: null, metadata: '' })
      expect(await readAll(log(), output)).toEqual([])
      await membership.close()
    })

    test('shows whoever waits until a partition is settled all that was committed before', async () => {
      const [input, output] = [await topic(), await topic({ partitions: 3 })]
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)

      for (let round = 1; round <= 20; round++) {
        const records = [0, 1, 2].map((partition) => outgoing(output, null, `${round}`, partition))
        expect(await lane.commit({ offset: round, metadata: '', records })).toBe('committed')
        const partition = round % 3
        await log().settled(output, partition)
        expect((await readAll(log(), output, partition)).length).toBe(round)
      }
      await membership.close()
    })

    test.each([
      ['kept', 'new'],
      ['dropped', 'old'],
    ] as const)('whose commit was %s without an answer knows which after opening again', async (fate, without) => {
      const [input, output] = [await topic(), await topic()]
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)
      await lane.commit({ offset: 3, metadata: 'old', records: [outgoing(output, 'k', 'old')] })

      harness().loseNextCommit(fate)
      const answer = await lane.commit({ offset: 4, metadata: 'new', records: [outgoing(output, 'k', 'new')] })

      // A driver may ask the log again until it knows.
      expect(['unknown', 'committed']).toContain(answer)
      const last = answer === 'committed' ? 'new' : without
      expect(await lane.reopen()).toEqual({ offset: last === 'new' ? 4 : 3, metadata: last })
      await expect.poll(async () => texts(await readAll(log(), output))).toEqual(last === 'new' ? ['old', 'new'] : ['old'])
      expect(await lane.commit({ offset: 5, metadata: 'next', records: [] })).toBe('committed')
      await membership.close()
    })

    test('delivers nothing while paused, and all of it afterwards', async () => {
      const input = await topic({ partitions: 2 })
      const owner = testOwner()
      const membership = await log().join(group(), [input], owner)
      const [paused] = [await owner.lane(0), await owner.lane(1)]
      paused.pause()
      await log().append([outgoing(input, null, 'held', 0), outgoing(input, null, 'flows', 1)])

      await owner.records(1)
      await log().append([outgoing(input, null, 'flows on', 1)])
      expect(texts(await owner.records(2))).toEqual(['flows', 'flows on'])
      paused.resume()

      expect(texts(await owner.records(3))).toContain('held')
      await membership.close()
    })

    test('that is started again goes on from there, to the new receiver only, even when it was paused', async () => {
      const input = await topic()
      await log().append(['a', 'b', 'c'].map((value) => outgoing(input, 'k', value)))
      const [first, second]: [string[], string[]] = [[], []]
      const into = (values: string[]) => (delivery: Delivery) =>
        void values.push(...delivery.records.map(({ value }) => `${value}`))
      const owner = testOwner()
      const membership = await log().join(group(), [input], {
        ...owner,
        assigned: async (lane) => {
          owner.lanes.push(lane)
          lane.start(0, into(first))
        },
      })
      const lane = await owner.lane(0)
      await eventually(() => (first.length === 3 ? true : undefined))

      lane.pause()
      lane.resume()
      lane.start(1, into(second))
      await eventually(() => (second.length === 2 ? true : undefined))
      await log().append([outgoing(input, 'k', 'd')])

      await eventually(() => (second.length === 3 ? true : undefined))
      expect([first, second]).toEqual([
        ['a', 'b', 'c'],
        ['b', 'c', 'd'],
      ])
      await membership.close()
    })

    test('tells the offset after what it delivered', async () => {
      const input = await topic()
      const seen: number[] = []
      const owner = testOwner()
      const membership = await log().join(group(), [input], {
        ...owner,
        assigned: async (lane) => lane.start(0, ({ nextOffset }) => seen.push(nextOffset)),
      })
      await log().append([outgoing(input, 'k', 'a'), outgoing(input, 'k', 'b')])

      expect(await eventually(() => (seen.at(-1) === 2 ? seen : undefined))).toEqual(seen.toSorted((a, b) => a - b))
      await membership.close()
    })

    test('does not hold up the others when its owner refuses it', async () => {
      const input = await topic({ partitions: 2 })
      const owner = testOwner()
      const membership = await log().join(group(), [input], {
        ...owner,
        assigned: async (lane) => {
          if (lane.partition === 0) throw new Error('foreign metadata')
          await owner.assigned(lane)
        },
      })
      await log().append([outgoing(input, null, 'refused', 0), outgoing(input, null, 'taken', 1)])

      expect(texts(await owner.records(1))).toEqual(['taken'])
      await membership.close()
    })
  })
}
