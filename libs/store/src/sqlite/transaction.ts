import type { DatabaseSync } from 'node:sqlite'

/** Runs `work` in one transaction: all of it or nothing. `read` sees one state of the file, whatever other processes write. */
export function transaction<Result>(database: DatabaseSync, kind: 'read' | 'write', work: () => Result): Result {
  database.exec(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite may have rolled back by itself (disk full, for one).
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
