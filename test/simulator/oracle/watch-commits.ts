import type { LaneCommit, LanePosition, LogRecord, OutgoingRecord } from '@leadline/log'
import { bytesOf, type Cluster, type Witness } from '../broker/cluster.ts'
import { isReadable, type StoredRecord } from '../broker/partition.ts'
import { type DecidedCommit, type LaneName, laneKey } from '../broker/transactions.ts'
import { type Coverage, coverageOf, nothingCovered } from './coverage.ts'
import type { Ownership } from './ownership.ts'
import type { Report } from './violation.ts'
import type { Made, Origins } from './watch-processor.ts'

export interface CommitLimits {
  readonly metadataLength: number
  readonly recordBytes: number
  readonly commitBytesPerTopic: number
}

export interface WatchCommitsOptions {
  readonly cluster: () => Cluster
  readonly origins: Origins
  readonly ownership: Ownership
  readonly limits: CommitLimits
  readonly report: Report
}

interface LaneCommitted {
  readonly lane: LaneName
  readonly by: string
  readonly position: LanePosition
  /** What its inputs came to. */
  readonly records: readonly OutgoingRecord[]
}

interface Comparison {
  readonly before: Coverage
  readonly now: Coverage
  readonly made: ReadonlyMap<number, Made>
  /** First offset that the partition still has. */
  readonly start: number
  readonly where: string
}

export interface CommitWatch extends Witness {
  /** Offsets of the records of the same key before this one in its partition that no commit of the group says are done. */
  openBefore(start: { readonly group: string; readonly record: LogRecord }): number[]
}

/** Looks at every commit: what it covers must be exactly what it holds the outcomes of, whole and for the first time. */
export function watchCommits({ cluster, origins, ownership, limits, report }: WatchCommitsOptions): CommitWatch {
  const covered = new Map<string, Coverage>()

  function committing(lane: LaneName, { metadata, records }: LaneCommit): void {
    const where = laneKey(lane)
    if (metadata.length > limits.metadataLength) report('over a limit', `${where}: metadata of ${metadata.length} characters`)
    for (const [topic, ofTopic] of Map.groupBy(records, (record) => record.topic)) {
      const completions = new Set(ofTopic.map((record) => origins.of(record))).size
      const sizes = ofTopic.map(bytesOf)
      const sum = sizes.reduce((total, bytes) => total + bytes, 0)
      const largest = Math.max(...sizes)
      if (largest > limits.recordBytes) report('over a limit', `${where}: a record of ${largest} bytes for ${topic}`)
      if (sum > limits.commitBytesPerTopic && completions > 1) report('over a limit', `${where}: ${sum} bytes for ${topic}`)
    }
  }

  function decided({ by, positions, records }: DecidedCommit): void {
    const lanes = new Set(positions.map(({ lane }) => placeKey(lane)))
    for (const { lane, position } of positions) decideLane({ lane, by, position, records: records.filter(isOf(lane)) })
    for (const record of records) {
      const input = origins.of(record)?.input
      const known = input === undefined ? record.topic.includes('state.') : lanes.has(placeKey(input))
      if (!known) report('foreign record', `${by}: for ${record.topic}, of ${input === undefined ? 'nothing' : placeKey(input)}`)
    }
  }

  const isOf =
    (lane: LaneName) =>
    (record: OutgoingRecord): boolean => {
      const input = origins.of(record)?.input
      return input !== undefined && placeKey(input) === placeKey(lane)
    }

  function decideLane({ lane, by, position, records }: LaneCommitted): void {
    const where = `${laneKey(lane)} at ${position.offset}`
    const before = covered.get(laneKey(lane)) ?? nothingCovered
    const now = read(position, where)
    if (now === undefined) return
    covered.set(laneKey(lane), now)
    ownership.committed(lane, by)
    const made = gather(records, where)
    for (const { input } of made.values()) ownership.settled(lane, by, input.offset)
    const { stored, start } = cluster().partition(lane.topic, lane.partition)
    const from = Math.min(before.base, now.base, ...made.keys())
    for (let at = stored.length - 1; at >= 0; at--) {
      const entry = stored[at]
      if (entry === undefined || entry.record.offset < from) break
      compare(entry, { before, now, made, start, where })
    }
  }

  function read(position: LanePosition, where: string): Coverage | undefined {
    try {
      return coverageOf(position)
    } catch (error) {
      report('unreadable metadata', `${where}: ${String(error)}`)
      return undefined
    }
  }

  /** The completions of a commit by the offset of their input. */
  function gather(records: readonly OutgoingRecord[], where: string): Map<number, Made> {
    const counts = new Map<Made, number>()
    for (const record of records) {
      const made = origins.of(record)
      if (made !== undefined) counts.set(made, (counts.get(made) ?? 0) + 1)
    }
    const byOffset = new Map<number, Made>()
    for (const [made, count] of counts) {
      const { offset } = made.input
      if (count !== made.records.length) report('torn completion', `${where}: ${count} of ${made.records.length} for ${offset}`)
      if (byOffset.has(offset)) report('second outcome', `${where}: twice in one commit for ${offset}`)
      byOffset.set(offset, made)
    }
    return byOffset
  }

  function compare({ record: { offset }, transaction }: StoredRecord, { before, now, made, start, where }: Comparison): void {
    if (transaction?.status === 'aborted') return
    const [was, is, has] = [before.has(offset), now.has(offset), made.has(offset)]
    if (is && transaction?.status === 'open') report('offset without outcome', `${where}: ${offset} is not even committed`)
    if (was && !is) report('position went back', `${where}: ${offset} was done`)
    if (was && has) report('second outcome', `${where}: for ${offset}`)
    if (has && !is) report('outcome without offset', `${where}: for ${offset}`)
    // What retention has taken from the lane cannot be done any more.
    if (is && !was && !has && offset >= start) report('offset without outcome', `${where}: for ${offset}`)
  }

  function openBefore({ group, record }: { group: string; record: LogRecord }): number[] {
    const { topic, partition, offset: end, key } = record
    const done = covered.get(laneKey({ group, topic, partition })) ?? nothingCovered
    const { stored, start } = cluster().partition(topic, partition)
    const isOpen = (entry: StoredRecord): boolean =>
      isReadable(entry) && entry.record.offset >= start && !done.has(entry.record.offset) && isSameKey(entry.record.key, key)
    return stored.filter((entry) => entry.record.offset < end && isOpen(entry)).map(({ record: { offset } }) => offset)
  }

  return { assigned: ownership.assigned, committing, decided, openBefore }
}

function placeKey({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`
}

function isSameKey(one: Buffer | null, other: Buffer | null): boolean {
  return one !== null && other !== null && one.equals(other)
}
