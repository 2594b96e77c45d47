import { runProcessor } from '@leadline/engine'
import { headers, openCodec, topicSpecs } from '@leadline/events'
import { type LogRecord, openMemoryLog } from '@leadline/log'
import { retrierProcessor } from '@leadline/retrier'
import { describe, expect, it } from 'vitest'
import { topics } from './memory-system.ts'
import { createVirtualClock } from './virtual-clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const tier = topics.retry(hourMs)
/** Of a lead that is due, in a process with nothing else to do. */
const lateMs = 500

/** A retrier on a log in memory, whose records' times are those of its clock. */
async function startRetrier() {
  await using opened = new AsyncDisposableStack()
  const clock = createVirtualClock()
  const log = opened.use(await openMemoryLog({ now: clock.now }))
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 1 }))
  const processor = retrierProcessor({ codec: await openCodec({ encoding: 'avro' }), topics, now: clock.now })
  const running = opened.use(await runProcessor({ processor, log, clock }))
  const released: LogRecord[] = []
  const stop = new AbortController()
  const reading = follow()
  opened.defer(async () => {
    stop.abort()
    await reading
  })

  async function follow(): Promise<void> {
    for await (const batch of log.read({ topic: topics.steps('default'), partition: 0, from: 0 }, stop.signal)) {
      released.push(...batch)
    }
  }

  const held = opened.move()
  return {
    clock,
    /** What has been sent back to where it came from, first one first. */
    released,
    /** Records of the tier that its lane holds. */
    held: () => running.lanes().find(({ topic }) => topic === tier)?.undone ?? 0,
    park: (names: readonly string[], waitMs: number) =>
      log.append(
        names.map((name) => ({
          topic: tier,
          key: Buffer.from(name),
          value: Buffer.from(name),
          headers: {
            [headers.originTopic]: topics.steps('default'),
            [headers.originPartition]: '0',
            [headers.dueAt]: String(clock.now() + waitMs),
            [headers.attempt]: '3',
            [headers.parks]: '1',
          },
        })),
      ),
    parked: async () => {
      const records: LogRecord[] = []
      for await (const batch of log.read({ topic: tier, partition: 0, from: 0, to: Number.MAX_SAFE_INTEGER }))
        records.push(...batch)
      return records
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

describe('leads that wait for longer than the longest tier', () => {
  it('hold up the leads behind them by little more than an hour, however many they are', async () => {
    await using retrier = await startRetrier()
    const { clock, released, held, park } = retrier
    const startedAt = clock.now()
    await park(
      Array.from({ length: 15_000 }, (_, index) => `far ${index}`),
      14 * hourMs,
    )
    await park(['near'], 20 * minuteMs)
    let mostHeld = 0
    const hasReleased = (count: number) => (): boolean => {
      mostHeld = Math.max(mostHeld, held())
      return released.length >= count
    }

    const nearMs = await clock.runUntil(hasReleased(1), dayMs)
    await clock.runUntil(hasReleased(15_001), dayMs)

    expect(String(released[0]?.value)).toBe('near')
    expect(nearMs).toBeLessThan(75 * minuteMs)
    const waits = released.slice(1).map(({ timestamp }) => timestamp - startedAt)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(14 * hourMs)
    expect(Math.max(...waits)).toBeLessThan(14 * hourMs + lateMs)
    expect(mostHeld).toBe(10_000)
  })

  it('are written again before retention is over, as they are, and come back when they are due', async () => {
    await using retrier = await startRetrier()
    const { clock, released, park, parked } = retrier
    const dueAt = clock.now() + 10 * dayMs
    await park(['lead'], 10 * dayMs)

    await clock.runUntil(() => released.length > 0, 11 * dayMs)

    const [back] = released
    expect(back?.timestamp).toBeGreaterThanOrEqual(dueAt)
    expect(back?.timestamp).toBeLessThan(dueAt + lateMs)
    expect(back).toMatchObject({ key: Buffer.from('lead'), value: Buffer.from('lead') })
    expect(back?.headers).toEqual({ attempt: Buffer.from('3'), parks: Buffer.from('1') })
    const records = await parked()
    const leftAt = [...records.slice(1).map(({ timestamp }) => timestamp), dueAt]
    expect(Math.max(...records.map(({ timestamp }, index) => Number(leftAt[index]) - timestamp))).toBeLessThan(75 * minuteMs)
    expect(new Set(records.map((record) => String(record.headers[headers.dueAt])))).toEqual(new Set([String(dueAt)]))
  })
})

describe('a lead that waits for as long as the longest tier', () => {
  it.each([
    ['its delay less a tenth', 54],
    ['its delay', 60],
    ['its delay and a tenth', 66],
  ])('comes back when it is due without being written again: %s', async (_, waitMinutes) => {
    await using retrier = await startRetrier()
    const { clock, released, park, parked } = retrier
    await park(['lead'], waitMinutes * minuteMs)

    const waitedMs = await clock.runUntil(() => released.length > 0, 2 * hourMs)

    expect(waitedMs).toBeGreaterThanOrEqual(waitMinutes * minuteMs)
    expect(waitedMs).toBeLessThan(waitMinutes * minuteMs + lateMs)
    expect((await parked()).length).toBe(1)
  })
})
