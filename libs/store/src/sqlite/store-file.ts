import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { LeadlineError } from '@leadline/domain'

/** Where the event store of an installation lies. */
export function storeFileIn(dataDirectory: string): string {
  return join(dataDirectory, 'events.db')
}

/** Puts a closed store in the place of another one. Throws STORE_UNAVAILABLE, with nothing changed, while a process has the old one open. */
export function replaceStoreFile(replacement: string, file: string): void {
  foldJournal(replacement)
  refuseOpenStore(file)
  // Of a file that was moved away without them: SQLite would apply them to the one that comes now.
  for (const companion of ['-wal', '-shm']) rmSync(file + companion, { force: true })
  renameSync(replacement, file)
}

/** Throws STORE_UNAVAILABLE when any process has the store open; a missing file is fine. */
export function refuseOpenStore(file: string): void {
  if (existsSync(file)) foldJournal(file)
}

// SQLite lets a file leave WAL mode only when nobody else has it open; the file is then complete without its companions.
function foldJournal(file: string): void {
  const database = new DatabaseSync(file, { timeout: 1_000 })
  try {
    database.exec('PRAGMA journal_mode = DELETE')
  } catch (cause) {
    throw new LeadlineError('STORE_UNAVAILABLE', `${file} is in use: stop what records and serves it, then try again`, { cause })
  } finally {
    database.close()
  }
}
