/**
 * The port of the partitioned log: topics, partitions, groups, and one atomic step.
 * Kafka in production, SQLite embedded, memory in tests; `contract.ts` is what all of them must do.
 */
export interface Log extends AsyncDisposable {
  /** Resolves once the log holds all records durably (acks=all, fsync). Rejects with LOG_UNAVAILABLE otherwise; some may then be held all the same. */
  append(records: readonly OutgoingRecord[]): Promise<void>
  /**
   * Takes part in `group`: each partition of `topics` is owned by one member at a time, as a lane.
   * Resolves when the member has joined; lanes come and go through `owner`.
   */
  join(group: string, topics: readonly string[], owner: LaneOwner): Promise<Membership>
  /**
   * Committed records of one partition from offset `from` (clamped to what is kept) up to, excluding, `to`, in batches.
   * Without `to` it follows the log until `signal` aborts, then ends without an error.
   */
  read(range: ReadRange, signal?: AbortSignal): AsyncIterable<readonly LogRecord[]>
  /** First kept offset and committed end of every partition, in partition order. Unknown topic: LOG_MISMATCH. */
  ends(topic: string): Promise<PartitionEnds[]>
  /**
   * Resolves when every transaction that has written to the partition by now is over: then a reader sees all that was committed before the
   * call. On Kafka a transaction whose owner has died is over when its time is up, 15 s.
   */
  settled(topic: string, partition: number): Promise<void>
  /** Creates missing topics; throws LOG_MISMATCH naming every difference (partitions, retention, cleanup) of existing ones. */
  ensureTopics(specs: readonly TopicShape[]): Promise<void>
  readonly limits: LogLimits
}

export interface OutgoingRecord {
  readonly topic: string
  /** Absent: by the key's hash (murmur2, as every Kafka client does), any partition when there is no key. */
  readonly partition?: number
  /** Stays as it is, as the headers do. */
  readonly key: Buffer | null
  /** null is a tombstone on a compacted topic. When the append has resolved or the commit has answered `committed`, its owner may write over it. */
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string | Buffer>>
}

export interface LogRecord {
  readonly topic: string
  readonly partition: number
  /** Exact up to 2^53. */
  readonly offset: number
  /** Milliseconds since 1970, set when the record was appended. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

export interface ReadRange {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to?: number
}

export interface PartitionEnds {
  readonly partition: number
  readonly start: number
  readonly end: number
}

export interface TopicShape {
  readonly name: string
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
  readonly retentionMs: number | null
  readonly maxRecordBytes: number
}

export interface LogLimits {
  /** Longest commit metadata, in ASCII characters. */
  readonly metadataLength: number
  /** Largest record, key, value and headers together. */
  readonly recordBytes: number
  /** Most bytes of records for one topic in one commit. */
  readonly commitBytesPerTopic: number
}

/** What owns lanes (the engine). The log awaits both calls for one lane in order; calls for different lanes may overlap. */
export interface LaneOwner {
  /** The lane is ours and every former owner is fenced. Nothing is delivered before `lane.start`. A rejection leaves the lane stopped. */
  assigned(lane: LogLane): Promise<void>
  /**
   * The lane is going away. `closing`: still ours, commits work until this resolves (drain then). `lost`: somebody else has it or may have it;
   * commits answer `fenced`.
   */
  released(lane: LogLane, how: 'closing' | 'lost'): Promise<void>
}

/** One owned (group, topic, partition). After `released`, or an answer of `fenced`, it is dead. */
export interface LogLane {
  readonly group: string
  readonly topic: string
  readonly partition: number
  /** Committed position, read after the fence. `offset` is null when the group never committed here. */
  readonly position: LanePosition
  /** Delivers from `from` on, in order; `deliver` returns at once and never throws. Called again, it goes on from there to the new receiver only. */
  start(from: number, deliver: (delivery: Delivery) => void): void
  /** No `deliver` after `pause` returns, until `resume`. */
  pause(): void
  resume(): void
  /**
   * New position, its metadata and all records, in one closed transaction, or nothing. Never rejects. One at a time.
   * On Kafka the records can become readable some milliseconds after the answer.
   */
  commit(commit: LaneCommit): Promise<'committed' | 'fenced' | 'unknown'>
  /** After `unknown`: fences whatever may still be on its way and reads the position again. `fenced` when the lane is no longer ours. */
  reopen(): Promise<LanePosition | 'fenced'>
  /**
   * After `reopen`, whose answer can be older than the lane's last commit on Kafka: the last position that is proven by records of its commits.
   * Undefined when none is, rejects when nobody answers now. Absent where only positions can be asked for.
   */
  positionByRecords?(): Promise<LanePosition | undefined>
}

export interface LanePosition {
  readonly offset: number | null
  readonly metadata: string
}

export interface Delivery {
  readonly records: readonly LogRecord[]
  /** The offset after the last one covered, control records and compacted gaps included. */
  readonly nextOffset: number
}

export interface LaneCommit {
  readonly offset: number
  readonly metadata: string
  readonly records: readonly OutgoingRecord[]
}

/** Ends with `close`: every lane is released as `closing`, then the group is left. Idempotent. */
export interface Membership {
  close(): Promise<void>
}
