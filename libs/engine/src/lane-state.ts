import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
import { createEntryTable } from './entry-table.ts'
import type { LaneState, StateChange, StateEntry } from './processor.ts'
import { createQueue } from './queue.ts'

/** The state of one lane with its changelog: one partition of a compacted topic, the same number as the lane's. */
export interface ChangelogState extends LaneState {
  /** What the completion of the record at `offset` changes. */
  apply(changes: readonly StateChange[], offset: number): void
  /** Everything below `base` is done: no record still to come is older than what was below it. */
  advance(base: number): void
  /** The changes as records for the changelog. */
  records(changes: readonly StateChange[]): OutgoingRecord[]
  /** Tombstones for entries that have expired since; looks at four times as many entries as have come and a few more, so that it costs the same at any size. */
  expire(): OutgoingRecord[]
  readonly size: number
  /** What the entries take of the memory. */
  readonly bytes: number
}

const looksPerCall = 64
/** The search goes round four times while as many entries come as there are. */
const looksPerChange = 4
/** Tombstones are part of a commit, which has room for them and for what the lane has completed. */
const keyBytesPerCall = 200_000

export async function restoreState(log: Log, topic: string | undefined, partition: number): Promise<ChangelogState> {
  const state = createState(topic, partition)
  if (topic === undefined) return state
  // A former owner's last commit is answered, and its position readable, before every partition shows what it wrote.
  await log.settled(topic, partition)
  const ends = (await log.ends(topic)).find((end) => end.partition === partition)
  if (ends === undefined || ends.start === ends.end) return state
  for await (const batch of log.read({ topic, partition, from: ends.start, to: ends.end })) state.replay(batch)
  return state
}

function createState(
  topic: string | undefined,
  partition: number,
): ChangelogState & { replay(batch: readonly LogRecord[]): void } {
  const entries = createEntryTable()
  // Entries expire by the time of records: a lane that stood still for a day has not forgotten a day. Records overtake each other, so
  // what the latest one could forget may still be asked for; only what lies below the base cannot be overtaken any more.
  const seen = createQueue<{ readonly offset: number; readonly at: number }>()
  let floor = 0
  let looksDue = 0

  function changelogRecord(key: string, value: Buffer | null): OutgoingRecord[] {
    return topic === undefined ? [] : [{ topic, partition, key: Buffer.from(key), value, headers: {} }]
  }

  return {
    get: (key, at) => {
      const entry = entries.get(key)
      return entry === undefined || entry.expiresAt < at ? undefined : entry
    },
    apply: (changes, offset) => {
      for (const { key, value, at, expiresAt } of changes) {
        entries.set(key, { value, at, expiresAt })
        seen.push({ offset, at })
      }
      looksDue += changes.length * looksPerChange
    },
    advance: (base) => {
      // In order of completion: one that is late holds the others back for a while, which costs memory and nothing else.
      for (let next = seen.peek(); next !== undefined && next.offset < base; next = seen.peek()) {
        floor = Math.max(floor, next.at)
        seen.shift()
      }
    },
    records: (changes) =>
      changes.flatMap(({ key, value, at, expiresAt }) =>
        changelogRecord(key, Buffer.from(JSON.stringify({ value, at, expiresAt }))),
      ),
    expire: () => {
      const tombstones: OutgoingRecord[] = []
      let keyBytes = 0
      looksDue = Math.min(looksDue, entries.size) + looksPerCall
      for (; looksDue > 0 && keyBytes < keyBytesPerCall; looksDue -= looksPerCall) {
        for (const key of entries.expire(floor, Math.min(looksDue, looksPerCall))) {
          tombstones.push(...changelogRecord(key, null))
          keyBytes += key.length
        }
      }
      looksDue = Math.max(0, looksDue)
      return tombstones
    },
    replay: (batch) => {
      for (const { key, value } of batch) {
        if (key === null) continue
        if (value === null) entries.delete(key.toString())
        else entries.set(key.toString(), readEntry(value))
      }
      // What has been replaced or deleted since gives its room back; nothing expires here.
      entries.expire(Number.NEGATIVE_INFINITY, batch.length * looksPerChange)
    },
    get size() {
      return entries.size
    },
    get bytes() {
      return entries.bytes
    },
  }
}

function readEntry(value: Buffer): StateEntry {
  const parsed: { value?: unknown; at?: unknown; expiresAt?: unknown } = JSON.parse(value.toString())
  return { value: String(parsed.value), at: Number(parsed.at), expiresAt: Number(parsed.expiresAt) }
}
