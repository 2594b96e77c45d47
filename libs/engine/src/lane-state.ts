import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
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
  /** Tombstones for entries that have expired since; looks at a few entries per call, so that it costs the same at any size. */
  expire(): OutgoingRecord[]
  readonly size: number
}

const sweepPerCall = 64

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
  const entries = new Map<string, string>()
  // Entries expire by the time of records: a lane that stood still for a day has not forgotten a day. Records overtake each other, so
  // what the latest one could forget may still be asked for; only what lies below the base cannot be overtaken any more.
  const seen = createQueue<{ readonly offset: number; readonly at: number }>()
  let floor = 0
  let sweep = entries.entries()

  function changelogRecord(key: string, value: Buffer | null): OutgoingRecord[] {
    return topic === undefined ? [] : [{ topic, partition, key: Buffer.from(key), value, headers: {} }]
  }

  function remember(key: string, entry: StateEntry): void {
    // A copy: what was put together of parts, or cut out of a longer text, would keep those.
    entries.set(Buffer.from(key).toString(), pack(entry))
  }

  return {
    get: (key, at) => {
      const packed = entries.get(key)
      if (packed === undefined) return undefined
      const entry = unpack(packed)
      return entry.expiresAt < at ? undefined : entry
    },
    apply: (changes, offset) => {
      for (const { key, value, at, expiresAt } of changes) {
        remember(key, { value, at, expiresAt })
        seen.push({ offset, at })
      }
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
      for (let looked = 0; looked < sweepPerCall; looked++) {
        const step = sweep.next()
        if (step.done === true) {
          sweep = entries.entries()
          break
        }
        const [key, packed] = step.value
        if (unpack(packed).expiresAt >= floor) continue
        entries.delete(key)
        tombstones.push(...changelogRecord(key, null))
      }
      return tombstones
    },
    replay: (batch) => {
      for (const { key, value } of batch) {
        if (key === null) continue
        if (value === null) entries.delete(key.toString())
        else remember(key.toString(), readEntry(value))
      }
    },
    get size() {
      return entries.size
    },
  }
}

function readEntry(value: Buffer): StateEntry {
  const parsed: { value?: unknown; at?: unknown; expiresAt?: unknown } = JSON.parse(value.toString())
  return { value: String(parsed.value), at: Number(parsed.at), expiresAt: Number(parsed.expiresAt) }
}

/** One text: as an object with its numbers an entry takes half as much memory again, and there can be millions. `join` copies its parts, `+` would keep them. */
function pack({ value, at, expiresAt }: StateEntry): string {
  return [at, expiresAt, value].join(' ')
}

function unpack(packed: string): StateEntry {
  const first = packed.indexOf(' ')
  const second = packed.indexOf(' ', first + 1)
  return {
    at: Number(packed.slice(0, first)),
    expiresAt: Number(packed.slice(first + 1, second)),
    value: packed.slice(second + 1),
  }
}
