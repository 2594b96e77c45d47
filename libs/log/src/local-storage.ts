import type { LanePosition, LogRecord, PartitionEnds, TopicShape } from './log.ts'

/** A record that knows its partition. */
export interface PlacedRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

export interface LaneName {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

/** All of it becomes durable and visible in one step, or nothing. */
export interface LocalWrite {
  readonly records: readonly PlacedRecord[]
  readonly position?: {
    readonly lane: LaneName
    readonly offset: number
    readonly metadata: string
    /** Asked at the moment of writing: false leaves everything undone. */
    readonly stillOwned: () => boolean
  }
}

export interface LocalBatch {
  readonly records: readonly LogRecord[]
  readonly nextOffset: number
}

/** What an embedded log keeps its partitions in; memory and SQLite are such storages. Reads see only what is durable. */
export interface LocalStorage {
  topics(): Iterable<TopicShape>
  shape(topic: string): TopicShape | undefined
  create(shapes: readonly TopicShape[]): void
  ends(topic: string): PartitionEnds[]
  /** A batch of bounded size from `from`; no records and `nextOffset` = end when there is nothing more. */
  read(topic: string, partition: number, from: number): LocalBatch
  position(lane: LaneName): LanePosition
  /** `refused`: not owned any more. Rejects when it is not known to be durable. */
  write(write: LocalWrite): Promise<'written' | 'refused'>
  /** Calls `listener` after each write to the partition, until the returned function is called. */
  watch(topic: string, partition: number, listener: () => void): () => void
  close(): Promise<void>
}
