import type { LaneReport } from '@leadline/engine'
import { expect, it, vi } from 'vitest'
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

/** The gauges after one look at the lanes. */
async function lookAt(lanes: readonly LaneReport[], now: number): Promise<string> {
  const metrics = createMetrics()
  const events = createEvents({ metrics, logger: createLogger({ logLevel: 'silent' }, 'test') })
  const log = { ends: async () => [0, 1].map((partition) => ({ partition, start: 0, end: 10 })) }
  await using _watch = watchLanes({ lanes: () => lanes, log, events, everyMs: 1, now: () => now })
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
