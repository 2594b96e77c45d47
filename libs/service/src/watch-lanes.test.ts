import { type LaneReport, systemClock } from '@leadline/engine'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createEvents } from './events.ts'
import { createLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { watchLanes } from './watch-lanes.ts'

const lane = (partition: number, more: Partial<LaneReport>): LaneReport => ({
  ...{
    group: 'g',
    topic: 't',
    partition,
    base: 7,
    span: 0,
    undone: 1,
    undoneBytes: 9,
    queued: 0,
    running: 1,
    waiting: 0,
    oldest: null,
    stateEntries: 5,
    stateBytes: 600,
  },
  ...more,
})

function openGauges() {
  const metrics = createMetrics()
  return { metrics, events: createEvents({ metrics, logger: createLogger({ logLevel: 'silent' }, 'test') }) }
}

/** The gauges after one look at the lanes. */
async function lookAt(lanes: readonly LaneReport[], now: number): Promise<string> {
  const { metrics, events } = openGauges()
  const log = { ends: async () => [0, 1].map((partition) => ({ partition, start: 0, end: 10 })) }
  await using _watch = watchLanes({ lanes: () => lanes, log, events, everyMs: 1, clock: { ...systemClock, now: () => now } })
  // The lag is the last that a look sets.
  await vi.waitFor(async () => expect(await metrics.registry.metrics()).toContain('leadline_lag_records{'))
  return metrics.registry.metrics()
}

it('tells what the lanes of a topic have in flight, behind and in memory, all partitions together', async () => {
  const gauges = await lookAt([lane(0, {}), lane(1, { base: 10 })], 1_000)

  expect(gauges).toContain('leadline_in_flight{processor="g"} 2')
  expect(gauges).toContain('leadline_lag_records{group="g",topic="t"} 3')
  expect(gauges).toContain('leadline_state_entries{group="g",topic="t"} 10')
  expect(gauges).toContain('leadline_state_bytes{group="g",topic="t"} 1200')
})

it('tells the age of the oldest record that is not done, and 0 when nothing waits', async () => {
  const oldest = (timestamp: number) => ({ oldest: { offset: 7, timestamp } })

  const waiting = await lookAt([lane(0, oldest(60_000)), lane(1, oldest(30_000))], 61_500)
  const done = await lookAt([lane(0, {})], 61_500)

  expect(waiting).toContain('leadline_base_age_seconds{group="g",topic="t"} 31.5')
  expect(done).toContain('leadline_base_age_seconds{group="g",topic="t"} 0')
})

/** A watch over two topics, whose log answers by hand, and whose clock stands still until it ticks: then the next look is due. */
function watchBeside() {
  const planned = new Set<() => void>()
  const clock = {
    now: () => 0,
    after: (_: number, task: () => void) => {
      planned.add(task)
      return () => void planned.delete(task)
    },
  }
  const tick = () => {
    const due = [...planned]
    planned.clear()
    for (const task of due) task()
  }
  const asked: string[] = []
  const answers: PromiseWithResolvers<never>[] = []
  const ends = (topic: string) => {
    asked.push(topic)
    const answer = Promise.withResolvers<never>()
    answers.push(answer)
    return answer.promise
  }
  const lanes = () => [lane(0, { topic: 't' }), lane(0, { topic: 'u' })]
  const watch = watchLanes({ lanes, log: { ends }, events: openGauges().events, clock })
  return { watch, tick, planned, asked, giveUp: () => answers.at(-1)?.reject(new Error('no broker answers')) }
}

it('looks once at a time while the log does not answer, and makes up for nothing when it has', async () => {
  const { watch, tick, planned, asked, giveUp } = watchBeside()
  tick()
  await vi.waitUntil(() => asked.length === 1)

  tick()
  tick()
  giveUp()
  await vi.waitUntil(() => planned.size === 1)
  expect(asked).toEqual(['t'])

  tick()
  await vi.waitUntil(() => asked.length === 2)
  await watch[Symbol.asyncDispose]()
})

it('ends at once although the log does not answer, and hears nothing of what it says later', async () => {
  const unhandled: unknown[] = []
  const hear = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', hear)
  onTestFinished(() => void process.off('unhandledRejection', hear))
  const { watch, tick, planned, asked, giveUp } = watchBeside()
  tick()
  await vi.waitUntil(() => asked.length === 1)

  await watch[Symbol.asyncDispose]()
  giveUp()
  // Rejections without a listener are told of before the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))

  expect({ asked, planned: planned.size, unhandled }).toEqual({ asked: ['t'], planned: 0, unhandled: [] })
})
