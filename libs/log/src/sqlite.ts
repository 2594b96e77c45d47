import type { DatabaseSync } from 'node:sqlite'
import { createLocalGroups } from './local-groups.ts'
import { createLocalLog } from './local-log.ts'
import type { Log } from './log.ts'
import type { LogListener } from './log-listener.ts'
import { createPlacement } from './place-records.ts'
import { openLogDatabase } from './sqlite-database.ts'
import { createSqliteStorage } from './sqlite-storage.ts'
import { usualLimits } from './usual-limits.ts'

export interface SqliteLogOptions {
  readonly directory: string
  readonly now?: () => number
  readonly log?: LogListener
  /** How often old records are looked for; default one minute. */
  readonly retentionIntervalMs?: number
  /** For tests that need to make the file fail. */
  readonly openDatabase?: (directory: string) => DatabaseSync
}

/**
 * Opens the embedded log in `directory`, for this process alone: durable in a SQLite file, kill -9 safe.
 * Rejects with LOG_UNAVAILABLE when another process has it or it cannot be written.
 */
export async function openSqliteLog(options: SqliteLogOptions): Promise<Log> {
  const { directory, now = Date.now, log = () => {}, openDatabase = openLogDatabase } = options
  const storage = createSqliteStorage({
    database: openDatabase(directory),
    now,
    retentionIntervalMs: options.retentionIntervalMs ?? 60_000,
    failed: (what, error) => log('warn', `the log could not ${what}`, { directory, error }),
  })
  const place = createPlacement(storage)
  return createLocalLog({
    storage,
    place,
    groups: createLocalGroups(storage, place, 'closing'),
    limits: usualLimits,
    release: () => storage.close(),
  })
}
