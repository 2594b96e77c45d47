import type { DatabaseSync } from 'node:sqlite'
import { encodeHeaders } from './header-codec.ts'
import type { LocalWrite, PlacedRecord } from './local-storage.ts'
import type { LogRecord } from './log.ts'
import { unavailable } from './log-errors.ts'
import { recordBytes } from './place-records.ts'
import type { PartitionState } from './sqlite-partitions.ts'

export interface SqliteWriterOptions {
  readonly database: DatabaseSync
  readonly now: () => number
  readonly partitionOf: (record: PlacedRecord) => PartitionState
  /** Called after each transaction with what became durable. */
  readonly written: (grown: ReadonlyMap<PartitionState, readonly LogRecord[]>, writes: readonly LocalWrite[]) => void
  /** Reads again from the database what is in memory: called after a failed transaction, of which nobody knows whether it was kept. */
  readonly reload: () => void
}

export interface SqliteWriter {
  write(write: LocalWrite): Promise<'written' | 'refused'>
  /** Waits for what was queued. */
  drain(): Promise<void>
}

interface Queued {
  readonly write: LocalWrite
  readonly bytes: number
  resolve(answer: 'written' | 'refused'): void
  reject(error: unknown): void
}

const transactionBytes = 8 * 1024 * 1024

/** All writes of one turn of the event loop become one transaction, and one fsync. */
export function createSqliteWriter({ database, now, partitionOf, written, reload }: SqliteWriterOptions): SqliteWriter {
  const insertRecord = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)')
  const setNext = database.prepare('UPDATE partitions SET next = ? WHERE topic = ? AND partition = ?')
  const setPosition = database.prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)')
  let queue: Queued[] = []
  let scheduled = false
  let doubtful = false

  const settleDoubt = () => {
    if (!doubtful) return
    reload()
    doubtful = false
  }

  const apply = (write: LocalWrite, grown: Map<PartitionState, LogRecord[]>) => {
    const timestamp = now()
    for (const record of write.records) {
      const state = partitionOf(record)
      const added = grown.get(state) ?? []
      grown.set(state, added)
      const offset = state.next + added.length
      added.push({ ...record, offset, timestamp })
      insertRecord.run(state.firstId + offset, timestamp, record.key, record.value, encodeHeaders(record.headers))
    }
    if (write.position === undefined) return
    const { lane, offset, metadata } = write.position
    setPosition.run(lane.group, lane.topic, lane.partition, offset, metadata)
  }

  const commit = (writes: readonly LocalWrite[]) => {
    const grown = new Map<PartitionState, LogRecord[]>()
    try {
      settleDoubt()
      database.exec('BEGIN IMMEDIATE')
      for (const write of writes) apply(write, grown)
      for (const [state, added] of grown) setNext.run(state.next + added.length, state.topic, state.partition)
      database.exec('COMMIT')
    } catch (error) {
      doubtful = true
      rollBack(database)
      settleDoubt()
      throw unavailable('write to its file', error)
    }
    for (const [state, added] of grown) {
      state.next += added.length
      state.tail.push(added)
    }
    written(grown, writes)
  }

  const flush = () => {
    scheduled = false
    const batch = takeBatch(queue)
    queue = queue.slice(batch.length)
    if (queue.length > 0) schedule()
    const owned = batch.filter(({ write }) => write.position?.stillOwned() ?? true)
    for (const queued of batch) if (!owned.includes(queued)) queued.resolve('refused')
    if (owned.length === 0) return
    try {
      commit(owned.map(({ write }) => write))
      for (const { resolve } of owned) resolve('written')
    } catch (error) {
      for (const { reject } of owned) reject(error)
    }
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  return {
    write(write) {
      const bytes = write.records.reduce((sum, record) => sum + recordBytes(record), 0)
      const { promise, resolve, reject } = Promise.withResolvers<'written' | 'refused'>()
      queue.push({ write, bytes, resolve, reject })
      schedule()
      return promise
    },
    async drain() {
      while (queue.length > 0) await new Promise(setImmediate)
    },
  }
}

function takeBatch(queue: readonly Queued[]): Queued[] {
  let bytes = 0
  const end = queue.findIndex((queued) => {
    bytes += queued.bytes
    return bytes > transactionBytes
  })
  return queue.slice(0, end === -1 ? queue.length : Math.max(1, end))
}

function rollBack(database: DatabaseSync): void {
  // SQLite has already rolled back by itself after some errors, a full disk among them.
  if (database.isTransaction) database.exec('ROLLBACK')
}
