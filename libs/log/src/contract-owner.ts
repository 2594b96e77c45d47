import { vi } from 'vitest'
import type { LaneOwner, Log, LogLane, LogRecord, OutgoingRecord } from './log.ts'

export interface TestOwner extends LaneOwner {
  readonly lanes: LogLane[]
  readonly releases: { partition: number; how: 'closing' | 'lost' }[]
  readonly delivered: LogRecord[]
  /** The lane of this partition that came last, once there is one. */
  lane(partition: number): Promise<LogLane>
  /** Waits until so many records were delivered. */
  records(count: number): Promise<readonly LogRecord[]>
}

const deadline = { timeout: 20_000, interval: 10 }

/** Starts each lane at its committed position and writes down what happens. */
export function testOwner(onReleased: (lane: LogLane) => Promise<void> = async () => {}): TestOwner {
  const owner: TestOwner = {
    lanes: [],
    releases: [],
    delivered: [],
    async assigned(lane) {
      owner.lanes.push(lane)
      lane.start(lane.position.offset ?? 0, ({ records }) => owner.delivered.push(...records))
    },
    async released(lane, how) {
      await onReleased(lane)
      owner.releases.push({ partition: lane.partition, how })
    },
    lane: (partition) => eventually(() => owner.lanes.findLast((lane) => lane.partition === partition)),
    records: (count) => eventually(() => (owner.delivered.length >= count ? owner.delivered : undefined)),
  }
  return owner
}

/** Waits, with a deadline, until `read` gives something. */
export function eventually<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  return vi.waitFor(async () => {
    const value = await read()
    if (value === undefined) throw new Error('it did not happen in time')
    return value
  }, deadline)
}

export function outgoing(topic: string, key: string | null, value: string, partition?: number): OutgoingRecord {
  const placed = partition === undefined ? {} : { partition }
  return { topic, ...placed, key: key === null ? null : Buffer.from(key), value: Buffer.from(value), headers: {} }
}

/** All records of one partition that are in the log now. */
export async function readAll(log: Log, topic: string, partition = 0): Promise<LogRecord[]> {
  const ends = await log.ends(topic)
  const all: LogRecord[] = []
  for await (const batch of log.read({ topic, partition, from: 0, to: ends[partition]?.end ?? 0 })) all.push(...batch)
  return all
}

export const texts = (records: readonly LogRecord[]) => records.map((record) => record.value?.toString())
