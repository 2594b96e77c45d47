import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { StoredEvent } from '../store.ts'
import { indexesSql, pageBytes, tablesSql } from './schema.ts'
import { storeError } from './store-error.ts'
import { eventWriter } from './write-events.ts'

/** A store file that is made from events that are all there already. Until it is complete, it is no store and nobody may use it. */
export interface StoreFilling extends Disposable {
  record(events: readonly StoredEvent[]): void
  /** Makes the file a store that is complete on disk. */
  complete(): void
}

/**
 * Faster than a store that records, for it promises nothing before the end: no journal, nothing on disk, no index. What is left of
 * one that was not completed must be removed. Everything throws STORE_UNAVAILABLE; `record` also RECORD_INVALID.
 */
export function fillStoreFile(file: string): StoreFilling {
  const database = guarded(() => {
    mkdirSync(dirname(file), { recursive: true })
    return new DatabaseSync(file)
  })
  const write = guarded(() => {
    database.exec(
      `PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY`,
    )
    database.exec(tablesSql)
    // One transaction: a page that many events change is written when it leaves the cache, and not with each of them.
    database.exec('BEGIN')
    return eventWriter(database)
  })

  function guarded<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw storeError(error, file)
    }
  }

  return {
    record: (events) => guarded(() => write(events)),
    complete: () =>
      guarded(() => {
        database.exec('COMMIT')
        database.exec(indexesSql)
        database.close()
        putOnDisk(file)
      }),
    [Symbol.dispose]: () => {
      if (database.isOpen) database.close()
    },
  }
}

function putOnDisk(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
