import type { LocalStorage, LocalWrite, PlacedRecord } from './local-storage.ts'
import type { LanePosition, LogRecord, TopicShape } from './log.ts'
import { unavailable } from './log-errors.ts'
import { createWatchers } from './watchers.ts'

/** What happens to the next lane commit: kept but not answered, or neither. Both look the same to the lane: `unknown`. */
export type CommitFault = 'kept' | 'dropped'

export interface MemoryStorage extends LocalStorage {
  failNextCommit(fault: CommitFault): void
}

interface Topic {
  readonly shape: TopicShape
  readonly partitions: readonly LogRecord[][]
}

const batchRecords = 500

/** Partitions as arrays; nothing is ever deleted. */
export function createMemoryStorage(now: () => number): MemoryStorage {
  const topics = new Map<string, Topic>()
  const positions = new Map<string, LanePosition>()
  const faults: CommitFault[] = []
  const watchers = createWatchers()

  const append = (record: PlacedRecord) => {
    const partition = topics.get(record.topic)?.partitions[record.partition]
    partition?.push({ ...record, offset: partition.length, timestamp: now() })
  }
  const apply = ({ records, position }: LocalWrite) => {
    for (const record of records) append(record)
    if (position !== undefined) {
      positions.set(laneKey(position.lane), { offset: position.offset, metadata: position.metadata })
    }
    for (const { topic, partition } of records) watchers.notify(topic, partition)
  }

  return {
    failNextCommit: (fault) => faults.push(fault),
    topics: () => [...topics.values()].map((topic) => topic.shape),
    shape: (topic) => topics.get(topic)?.shape,
    create(shapes) {
      for (const shape of shapes)
        topics.set(shape.name, { shape, partitions: Array.from({ length: shape.partitions }, () => []) })
    },
    ends: (topic) =>
      topics.get(topic)?.partitions.map((records, partition) => ({ partition, start: 0, end: records.length })) ?? [],
    read(topic, partition, from) {
      const records = topics.get(topic)?.partitions[partition]?.slice(from, from + batchRecords) ?? []
      return { records, nextOffset: from + records.length }
    },
    position: (lane) => positions.get(laneKey(lane)) ?? { offset: null, metadata: '' },
    async write(write) {
      // A durable log answers later, never in the same turn.
      await Promise.resolve()
      if (write.position !== undefined && !write.position.stillOwned()) return 'refused'
      const fault = write.position === undefined ? undefined : faults.shift()
      if (fault !== 'dropped') apply(write)
      if (fault !== undefined) throw unavailable('answer a commit: a fault was asked for')
      return 'written'
    },
    watch: watchers.watch,
    close: () => Promise.resolve(),
  }
}

function laneKey({ group, topic, partition }: { group: string; topic: string; partition: number }): string {
  return `${group}/${topic}/${partition}`
}
