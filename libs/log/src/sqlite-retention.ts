import type { DatabaseSync } from 'node:sqlite'
import type { PartitionState, SqliteTopic } from './sqlite-partitions.ts'

export interface SqliteRetentionOptions {
  readonly database: DatabaseSync
  readonly now: () => number
  readonly intervalMs: number
  readonly topics: () => Iterable<SqliteTopic>
  readonly failed: (what: string, error: unknown) => void
}

const rowsPerStep = 2_000
const pauseMs = 20
const tombstoneKeptMs = 24 * 60 * 60 * 1000

/** Now and then drops what is past its retention, and on compacted topics what has a newer record, a few rows at a time. */
export function createSqliteRetention(options: SqliteRetentionOptions): { stop(): void } {
  const compact = createCompaction(options)
  let timer: NodeJS.Timeout | undefined
  let work: Iterator<void> = sweep(options, compact)
  const step = () => {
    try {
      const done = work.next().done === true
      if (done) work = sweep(options, compact)
      timer = setTimeout(step, done ? options.intervalMs : pauseMs)
    } catch (error) {
      options.failed('delete old records', error)
      work = sweep(options, compact)
      timer = setTimeout(step, options.intervalMs)
    }
  }
  timer = setTimeout(step, options.intervalMs)
  return { stop: () => clearTimeout(timer) }
}

/** One pass over all topics; every yield is a place to pause. */
function* sweep(options: SqliteRetentionOptions, compact: Compact): Generator<void> {
  for (const { shape, partitions } of options.topics()) {
    for (const state of partitions) {
      if (shape.cleanup === 'compact') yield* compact(state)
      else if (shape.retentionMs !== null) yield* expire(options, state, options.now() - shape.retentionMs)
    }
  }
}

function* expire({ database }: SqliteRetentionOptions, state: PartitionState, before: number): Generator<void> {
  const oldest = database.prepare('SELECT id, timestamp FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?')
  const remove = database.prepare('DELETE FROM records WHERE id >= ? AND id < ?')
  const setStart = database.prepare('UPDATE partitions SET start = ? WHERE topic = ? AND partition = ?')
  while (state.start < state.next) {
    const rows = oldest.all(state.firstId + state.start, state.firstId + state.next, rowsPerStep)
    // Like Kafka, only a prefix goes: a record with an odd clock keeps what is behind it.
    const kept = rows.findIndex((row) => Number(row['timestamp']) >= before)
    const start = kept === -1 ? Number(rows.at(-1)?.['id'] ?? 0) + 1 - state.firstId : Number(rows[kept]?.['id']) - state.firstId
    if (rows.length === 0 || start <= state.start) return
    inTransaction(database, () => {
      remove.run(state.firstId + state.start, state.firstId + start)
      setStart.run(start, state.topic, state.partition)
    })
    state.start = start
    yield
    if (kept !== -1) return
  }
}

type Compact = (state: PartitionState) => Generator<void>

function createCompaction({ database, now }: SqliteRetentionOptions): Compact {
  const done = new WeakMap<PartitionState, { next: number; keys: number }>()
  const newest = database.prepare(
    'SELECT id, timestamp, key, value IS NULL AS tombstone FROM records WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?',
  )
  const remove = database.prepare('DELETE FROM records WHERE id = ?')
  return function* compact(state: PartitionState): Generator<void> {
    const last = done.get(state)
    // A pass reads every key: worth it once half as many records as there are keys have come.
    if (last !== undefined && state.next - last.next <= last.keys / 2) return
    const next = state.next
    const seen = new Set<string>()
    const expired: number[] = []
    let below = state.firstId + next
    for (;;) {
      const rows = newest.all(state.firstId, below, rowsPerStep)
      if (rows.length === 0) break
      below = Number(rows.at(-1)?.['id'])
      const older = rows.filter((row) => {
        if (!(row['key'] instanceof Uint8Array)) return false
        const key = Buffer.from(row['key']).toString('latin1')
        if (seen.has(key)) return true
        seen.add(key)
        if (row['tombstone'] === 1 && Number(row['timestamp']) < now() - tombstoneKeptMs) expired.push(Number(row['id']))
        return false
      })
      inTransaction(database, () => {
        for (const row of older) remove.run(Number(row['id']))
      })
      yield
    }
    // Last, so that no crash can bring back what a tombstone deleted.
    inTransaction(database, () => {
      for (const id of expired) remove.run(id)
    })
    done.set(state, { next, keys: seen.size })
  }
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
