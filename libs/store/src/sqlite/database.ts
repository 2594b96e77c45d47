import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LeadlineError } from '@leadline/domain'
import { indexesSql, pageBytes, schemaVersion, tablesSql } from './schema.ts'
import { storeError } from './store-error.ts'

// Another process may hold the file for the length of its commit.
const busyMs = 10_000

/**
 * Opens the file, and makes it when it is missing, whoever comes first: the console may start before the recorder.
 * Throws STORE_UNAVAILABLE, also for a file that another version of this software wrote.
 */
export function openDatabase(file: string, readOnly: boolean): DatabaseSync {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
    const database = new DatabaseSync(file, { timeout: busyMs })
    try {
      // FULL: what `record` acknowledged is on disk, since the recorder then moves its offset past it.
      database.exec(
        `PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY`,
      )
      createSchema(database, file)
      if (readOnly) database.exec('PRAGMA query_only = ON')
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw unavailable(error, file)
  }
}

function createSchema(database: DatabaseSync, file: string): void {
  if (versionOf(database) === 0) {
    database.exec('BEGIN IMMEDIATE')
    // Looked at again inside: two processes may have found the file empty.
    if (versionOf(database) === 0) database.exec(tablesSql + indexesSql)
    database.exec('COMMIT')
  }
  const version = versionOf(database)
  if (version === schemaVersion) return
  const what = `event store ${file} has version ${version}, this is version ${schemaVersion}: move it away with its -wal and -shm and run "npm run rebuild"`
  throw new LeadlineError('STORE_UNAVAILABLE', what, { fields: { file, version } })
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}

function unavailable(thrown: unknown, file: string): LeadlineError {
  const error = storeError(thrown, file)
  return error.code === 'STORE_UNAVAILABLE' ? error : new LeadlineError('STORE_UNAVAILABLE', error.message, { cause: thrown })
}
