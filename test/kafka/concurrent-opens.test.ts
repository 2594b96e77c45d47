import { type Log, type LogLane, openKafkaLog } from '@leadline/log'
import { expect, test } from 'vitest'
import { describeKafka } from './shared-kafka.ts'

const groups = 12
const rounds = 4

/** Joins all groups at the same time and gives the lanes that each got. */
async function joinAll(log: Log, names: readonly string[]): Promise<LogLane[]> {
  const lanes: LogLane[] = []
  const owner = { assigned: async (lane: LogLane) => void lanes.push(lane), released: async () => {} }
  await Promise.all(names.map((name) => log.join(`group-of-${name}`, [name], owner)))
  await expect.poll(() => lanes.length, { timeout: 60_000 }).toBe(names.length * 2)
  return lanes
}

await describeKafka('many groups that are joined at the same time', (brokers) => {
  test.each(['lanes', 'group'] as const)(
    'all begin where they ended, with transactions of %s: an answer that leaves a partition out is no position',
    async (transactions) => {
      const names = Array.from({ length: groups }, (_, number) => `crowd-${Date.now()}-${number}`)
      {
        await using log = await openKafkaLog({ brokers, transactions })
        const shape = { partitions: 2, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 } as const
        await log.ensureTopics(names.map((name) => ({ name, ...shape })))
        for (const lane of await joinAll(log, names)) {
          expect(await lane.commit({ offset: 7, metadata: 'seven', records: [] })).toBe('committed')
        }
      }
      for (let round = 0; round < rounds; round++) {
        await using log = await openKafkaLog({ brokers, transactions })
        const positions = (await joinAll(log, names)).map(({ position }) => position)
        expect(new Set(positions.map((position) => JSON.stringify(position)))).toEqual(
          new Set([JSON.stringify({ offset: 7, metadata: 'seven' })]),
        )
      }
    },
    120_000,
  )
})
