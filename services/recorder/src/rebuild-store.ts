import { existsSync, rmSync } from 'node:fs'
import { type LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Codec, Topics } from '@leadline/events'
import type { Log, LogRecord } from '@leadline/log'
import {
  fillStoreFile,
  openSqliteStore,
  refuseOpenStore,
  replaceStoreFile,
  type StoreDigest,
  type StoredEvent,
} from '@leadline/store'
import { readStoredEvent, recordedTopics } from './read-stored-event.ts'

export interface RebuildOptions {
  readonly log: Pick<Log, 'ends' | 'read'>
  readonly codec: Pick<Codec, 'decode'>
  readonly topics: Topics
  readonly file: string
  readonly leftOut: (record: LogRecord, error: LeadlineError) => void
  /** Milliseconds of a clock that only runs forward. */
  readonly elapsedMs: () => number
}

export interface RebuildReport {
  readonly records: number
  readonly recordsPerSecond: number
  readonly rebuilt: StoreDigest
  /** What the store held before; null when there was none. */
  readonly before: StoreDigest | null
}

/**
 * Builds the store anew from what the topics keep and puts it in the old one's place.
 * Throws STORE_UNAVAILABLE while another process has the store open, LOG_UNAVAILABLE, LOG_MISMATCH; the old store then stays.
 */
export async function rebuildStore(options: RebuildOptions): Promise<RebuildReport> {
  const { file, elapsedMs } = options
  const fresh = `${file}.rebuilding`
  removeStore(fresh)
  refuseOpenStore(file)
  const startedMs = elapsedMs()
  const records = await fillStore(fresh, options)
  const recordsPerSecond = Math.round((1_000 * records) / Math.max(1, elapsedMs() - startedMs))
  const before = existsSync(file) ? await digestOf(file) : null
  const rebuilt = await digestOf(fresh)
  replaceStoreFile(fresh, file)
  return { records, recordsPerSecond, rebuilt, before }
}

async function fillStore(file: string, options: RebuildOptions): Promise<number> {
  using store = fillStoreFile(file)
  let records = 0
  for (const topic of recordedTopics(options.topics)) {
    for (const { partition, start, end } of await options.log.ends(topic)) {
      for await (const batch of readAhead(options.log.read({ topic, partition, from: start, to: end }))) {
        store.record(await readEvents(batch, options))
        records += batch.length
      }
    }
  }
  store.complete()
  return records
}

/** The log answers the next read while what the last one gave is being kept. */
async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let coming = iterator.next()
  try {
    for (let step = await coming; step.done !== true; step = await coming) {
      coming = iterator.next()
      // It is looked at when its turn comes; until then nobody waits for it.
      coming.catch(() => {})
      yield step.value
    }
  } finally {
    await iterator.return?.()
  }
}

async function readEvents(batch: readonly LogRecord[], options: RebuildOptions): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for (const record of batch) {
    try {
      events.push(await readStoredEvent(record, options))
    } catch (thrown) {
      const error = toLeadlineError(thrown)
      if (error.code !== 'RECORD_UNDECODABLE') throw error
      options.leftOut(record, error)
    }
  }
  return events
}

async function digestOf(file: string): Promise<StoreDigest> {
  await using store = await openSqliteStore({ file })
  return store.digest()
}

function removeStore(file: string): void {
  for (const companion of ['', '-wal', '-shm']) rmSync(`${file}${companion}`, { force: true })
}
