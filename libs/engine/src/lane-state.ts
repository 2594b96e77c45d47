import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
import type { LaneState, StateChange, StateEntry } from './processor.ts'

/** The state of one lane with its changelog: one partition of a compacted topic, the same number as the lane's. */
export interface ChangelogState extends LaneState {
  apply(changes: readonly StateChange[]): void
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
  const ends = (await log.ends(topic)).find((end) => end.partition === partition)
  if (ends === undefined || ends.start === ends.end) return state
  for await (const batch of log.read({ topic, partition, from: ends.start, to: ends.end })) state.replay(batch)
  return state
}

function createState(
  topic: string | undefined,
  partition: number,
): ChangelogState & { replay(batch: readonly LogRecord[]): void } {
  const entries = new Map<string, StateEntry>()
  // Windows expire by event time: a lane that stood still for a day has not forgotten a day.
  let latest = 0
  let sweep = entries.entries()

  function set(key: string, entry: StateEntry): void {
    latest = Math.max(latest, entry.at)
    entries.set(key, entry)
  }

  function changelogRecord(key: string, value: Buffer | null): OutgoingRecord[] {
    return topic === undefined ? [] : [{ topic, partition, key: Buffer.from(key), value, headers: {} }]
  }

  return {
    get: (key) => {
      const entry = entries.get(key)
      return entry === undefined || entry.expiresAt < latest ? undefined : entry
    },
    apply: (changes) => {
      for (const { key, value, at, expiresAt } of changes) set(key, { value, at, expiresAt })
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
        const [key, entry] = step.value
        if (entry.expiresAt >= latest) continue
        entries.delete(key)
        tombstones.push(...changelogRecord(key, null))
      }
      return tombstones
    },
    replay: (batch) => {
      for (const { key, value } of batch) {
        if (key === null) continue
        if (value === null) entries.delete(key.toString())
        else set(key.toString(), readEntry(value))
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
