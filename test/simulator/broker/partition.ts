import type { LogRecord, OutgoingRecord } from '@leadline/log'
import type { Service } from './network.ts'

/** A transaction as partitions see it. */
export interface Transaction {
  readonly id: string
  status: 'open' | 'committed' | 'aborted'
}

export interface StoredRecord {
  readonly record: LogRecord
  /** The very object that a lane committed: by it the oracle knows which input it came from. */
  readonly sent: OutgoingRecord
  readonly transaction: Transaction | null
  compacted: boolean
}

/** One partition of the modelled log, with control records, open transactions and a moving start. */
export interface Partition {
  readonly topic: string
  readonly number: number
  readonly broker: Service
  append(sent: OutgoingRecord, transaction: Transaction | null, timestamp: number): void
  /** Writes the control record that ends `transaction` here, whatever its end is. */
  mark(transaction: Transaction): void
  /** Offsets that never hold anything readable. */
  skip(count: number): void
  /** What is committed from `from` on, at most so many records; undefined when there is nothing to tell. */
  fetch(from: number, most: number): { records: LogRecord[]; nextOffset: number } | undefined
  /** Calls `wake` once there is something from `from` on. */
  wait(from: number, wake: () => void): void
  /** Retention: what is below is gone for readers. */
  trim(below: number): void
  /** Keeps the newest record of each key. */
  compact(): void
  readonly start: number
  /** End of all that is written. */
  readonly end: number
  /** End of what is committed (last stable offset). */
  readonly stable: number
  /** Every record ever written, for the oracle. */
  readonly stored: readonly StoredRecord[]
}

export function createPartition(topic: string, number: number, broker: Service): Partition {
  const stored: StoredRecord[] = []
  const open = new Map<Transaction, number>()
  let waiters: { from: number; wake: () => void }[] = []
  let start = 0
  let end = 0

  const stable = (): number => open.values().next().value ?? end

  function wakeUp(): void {
    const limit = stable()
    const ready = waiters.filter(({ from }) => from < limit)
    if (ready.length === 0) return
    waiters = waiters.filter(({ from }) => from >= limit)
    for (const { wake } of ready) wake()
  }

  function fetch(from: number, most: number): { records: LogRecord[]; nextOffset: number } | undefined {
    const limit = stable()
    if (from >= limit) return undefined
    const records: LogRecord[] = []
    for (let at = firstAt(stored, Math.max(from, start)); at < stored.length; at++) {
      const entry = stored[at]
      if (entry === undefined || entry.record.offset >= limit) break
      if (records.length === most) return { records, nextOffset: entry.record.offset }
      if (isReadable(entry) && !entry.compacted) records.push(entry.record)
    }
    return { records, nextOffset: limit }
  }

  return {
    topic,
    number,
    broker,
    append: (sent, transaction, timestamp) => {
      const record: LogRecord = { ...plain(sent), topic, partition: number, offset: end, timestamp }
      stored.push({ record, sent, transaction, compacted: false })
      if (transaction !== null && !open.has(transaction)) open.set(transaction, end)
      end++
      if (transaction === null) wakeUp()
    },
    mark: (transaction) => {
      open.delete(transaction)
      end++
      wakeUp()
    },
    skip: (count) => {
      end += count
      wakeUp()
    },
    fetch,
    wait: (from, wake) => {
      waiters.push({ from, wake })
      wakeUp()
    },
    trim: (below) => {
      start = Math.max(start, Math.min(below, stable()))
    },
    compact: () => {
      const seen = new Set<string>()
      for (const entry of stored.filter(({ record }) => record.offset < stable()).reverse()) {
        if (!isReadable(entry)) continue
        const key = entry.record.key?.toString('latin1') ?? ''
        entry.compacted ||= seen.has(key)
        seen.add(key)
      }
    },
    get start() {
      return start
    },
    get end() {
      return end
    },
    get stable() {
      return stable()
    },
    stored,
  }
}

export function isReadable({ transaction }: StoredRecord): boolean {
  return transaction === null || transaction.status === 'committed'
}

function firstAt(stored: readonly StoredRecord[], offset: number): number {
  let [low, high] = [0, stored.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stored[middle]?.record.offset ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low
}

/** Bytes and texts as a reader gets them: the value copied, since its owner may write over it, and headers as buffers. */
function plain({ key, value, headers }: OutgoingRecord): Pick<LogRecord, 'key' | 'value' | 'headers'> {
  const buffers: Record<string, Buffer> = {}
  for (const [name, header] of Object.entries(headers)) buffers[name] = typeof header === 'string' ? Buffer.from(header) : header
  return { key, value: value && Buffer.from(value), headers: buffers }
}
