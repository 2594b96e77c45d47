import { describe, expect, test } from 'vitest'
import type { ContractContext } from './contract-context.ts'
import { eventually, outgoing, readAll, type TestOwner, testOwner, texts } from './contract-owner.ts'
import type { LogLane } from './log.ts'

/** Several members: who owns what, and that nobody else can commit. */
export function groupContract({ log, topic, group, harness }: ContractContext): void {
  describe('a group', () => {
    test('shares the partitions among its members and hands them over when one leaves', async () => {
      const input = await topic({ partitions: 4 })
      const name = group()
      const [first, second] = [testOwner(), testOwner()]
      const one = await log().join(name, [input], first)
      await eventually(() => (first.lanes.length === 4 ? true : undefined))
      const two = await log().join(name, [input], second)

      await eventually(() => (second.lanes.length === 2 ? true : undefined))
      await two.close()
      await eventually(() => (heldBy(first).size === 4 ? true : undefined))

      expect(second.releases.filter(({ how }) => how === 'closing').length + lostBy(second)).toBe(2)
      await one.close()
      expect(first.releases.slice(-4).map(({ how }) => how)).toEqual(['closing', 'closing', 'closing', 'closing'])
    })

    test('loses nothing and repeats nothing committed when partitions move', async () => {
      const [input, output] = [await topic({ partitions: 2 }), await topic()]
      const name = group()
      const copy = (owner: TestOwner) => ({ ...owner, assigned: (lane: LogLane) => copyLane(owner, lane, output) })
      const [first, second] = [testOwner(), testOwner()]
      const one = await log().join(name, [input], copy(first))
      await log().append(Array.from({ length: 20 }, (_, i) => outgoing(input, null, `a${i}`, i % 2)))
      const two = await log().join(name, [input], copy(second))
      await log().append(Array.from({ length: 20 }, (_, i) => outgoing(input, null, `b${i}`, i % 2)))
      await eventually(() => (second.lanes.length > 0 ? true : undefined))
      await one.close()
      await log().append(Array.from({ length: 20 }, (_, i) => outgoing(input, null, `c${i}`, i % 2)))
      const copied = await expectRecords(60)

      expect(new Set(texts(copied)).size).toBe(60)
      await two.close()

      async function expectRecords(count: number) {
        const found: Awaited<ReturnType<typeof readAll>> = []
        const stop = AbortSignal.timeout(20_000)
        for await (const batch of log().read({ topic: output, partition: 0, from: 0 }, stop)) {
          found.push(...batch)
          if (found.length >= count) break
        }
        return found
      }
    })

    test('lets a lane commit while it closes, and fences it afterwards', async () => {
      const [input, output] = [await topic(), await topic()]
      const answers: string[] = []
      const drain = async (lane: LogLane) => {
        answers.push(await lane.commit({ offset: 1, metadata: 'last', records: [outgoing(output, 'k', 'drained')] }))
      }
      const owner = testOwner(drain)
      const membership = await log().join(group(), [input], owner)
      const lane = await owner.lane(0)
      await membership.close()
      await membership.close()

      const late = await lane.commit({ offset: 2, metadata: 'late', records: [outgoing(output, 'k', 'late')] })

      expect(answers).toEqual(['committed'])
      expect(late).toBe('fenced')
      expect(await lane.reopen()).toBe('fenced')
      await log().settled(output, 0)
      expect(texts(await readAll(log(), output))).toEqual(['drained'])
    })
  })

  describe('processes', () => {
    test('that share the log fence each other; a log of one process refuses the second, as it declares', async () => {
      await (harness().severalProcesses === true ? expectFencing() : expectRefusal())
    })
  })

  async function expectFencing() {
    const [input, output] = [await topic(), await topic()]
    const name = group()
    const [first, second] = [testOwner(), testOwner()]
    const one = await log().join(name, [input], first)
    const old = await first.lane(0)
    await old.commit({ offset: 1, metadata: 'old', records: [] })
    const other = await harness().open()
    const closing = one.close()
    const two = await other.join(name, [input], second)
    await closing
    const lane = await second.lane(0)

    const late = await old.commit({ offset: 9, metadata: 'late', records: [outgoing(output, 'k', 'late')] })

    expect(late).toBe('fenced')
    expect(lane.position).toEqual({ offset: 1, metadata: 'old' })
    expect(await readAll(other, output)).toEqual([])
    await two.close()
    await other[Symbol.asyncDispose]()
  }

  async function expectRefusal() {
    await expect(harness().open()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  }
}

/** Commits each record to `output` as it comes, one commit at a time. */
async function copyLane(owner: TestOwner, lane: LogLane, output: string): Promise<void> {
  owner.lanes.push(lane)
  let turn: Promise<unknown> = Promise.resolve()
  let alive = true
  lane.start(lane.position.offset ?? 0, ({ records }) => {
    for (const record of records) {
      turn = turn.then(async () => {
        if (!alive) return
        const copied = { topic: output, partition: 0, key: record.key, value: record.value, headers: {} }
        alive = (await lane.commit({ offset: record.offset + 1, metadata: '', records: [copied] })) === 'committed'
      })
    }
  })
}

function lostBy(owner: TestOwner): number {
  return owner.releases.filter(({ how }) => how === 'lost').length
}

/** Partitions that the owner was given and not asked back. */
function heldBy(owner: TestOwner): Set<number> {
  const held = new Map<number, number>()
  for (const { partition } of owner.lanes) held.set(partition, (held.get(partition) ?? 0) + 1)
  for (const { partition } of owner.releases) held.set(partition, (held.get(partition) ?? 0) - 1)
  return new Set([...held].filter(([, count]) => count > 0).map(([partition]) => partition))
}
