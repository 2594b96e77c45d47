import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LeadlineError } from '@leadline/domain'
import { unavailable } from './log-errors.ts'

const schemaVersion = 1
const lockedCodes = [5, 6, 261]

const schema = `
  CREATE TABLE topics (
    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, cleanup TEXT NOT NULL, retention_ms INTEGER, max_record_bytes INTEGER NOT NULL
  ) STRICT;
  -- one row a partition; place * 2^40 + offset is the id of a record
  CREATE TABLE partitions (
    place INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, start INTEGER NOT NULL, next INTEGER NOT NULL,
    UNIQUE (topic, partition)
  ) STRICT;
  CREATE TABLE records (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key BLOB, value BLOB, headers BLOB) STRICT;
  CREATE TABLE positions (
    group_name TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, metadata TEXT NOT NULL,
    PRIMARY KEY (group_name, topic, partition)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${schemaVersion};
`

/**
 * Opens the one file of an embedded log for this process alone. LOG_UNAVAILABLE names the directory when another process has it
 * or it cannot be written, LOG_MISMATCH when another version wrote it.
 */
export function openLogDatabase(directory: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(join(directory, 'log.sqlite'), { timeout: 0 })
    // Exclusive: the lock is the file's own, so it ends with the process however that dies.
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
    database.exec('PRAGMA wal_autocheckpoint=2000; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY')
    database.exec('BEGIN IMMEDIATE')
    prepareSchema(database, directory)
    database.exec('COMMIT')
    return database
  } catch (error) {
    database?.close()
    if (error instanceof LeadlineError) throw error
    if (isLocked(error)) throw unavailable(`open ${directory}: another process has it open`, error)
    throw unavailable(`open ${directory}`, error)
  }
}

function prepareSchema(database: DatabaseSync, directory: string): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version']
  if (version === 0) database.exec(schema)
  else if (version !== schemaVersion) {
    throw new LeadlineError(
      'LOG_MISMATCH',
      `the log in ${directory} has format ${String(version)}, this version reads ${schemaVersion}`,
    )
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && lockedCodes.includes(error.errcode)
}
