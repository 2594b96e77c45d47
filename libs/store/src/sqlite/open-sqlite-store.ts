import { LeadlineError } from '@leadline/domain'
import { groupCommit } from '../group-commit.ts'
import type { EventStore, StoredEvent, StoreReports } from '../store.ts'
import { openDatabase } from './database.ts'
import { readLead, readReplay } from './read-lead.ts'
import { breakDown, countLeads, digest } from './reports.ts'
import { searchLeads } from './search-leads.ts'
import { keepStatements } from './statements.ts'
import { storeError } from './store-error.ts'
import { transaction } from './transaction.ts'
import { eventWriter } from './write-events.ts'

export interface SqliteStoreOptions {
  /** Made when missing, folders included; `:memory:` for a store that forgets. */
  readonly file: string
  /** Refuses to write: for the processes that only look while another one records. */
  readonly readOnly?: boolean
}

export type SqliteStore = EventStore & StoreReports

/** One process writes, any number on the same machine read. Throws STORE_UNAVAILABLE. Calls block this process while SQLite works. */
export async function openSqliteStore({ file, readOnly = false }: SqliteStoreOptions): Promise<SqliteStore> {
  const database = openDatabase(file, readOnly)
  const statements = keepStatements(database)
  const write = eventWriter(database)
  const commits = groupCommit<StoredEvent>(
    (events) => guarded(() => transaction(database, 'write', () => write(events))),
    (error) => error instanceof LeadlineError && error.code === 'RECORD_INVALID',
  )

  function guarded<Result>(work: () => Result): Result {
    if (!database.isOpen) throw new LeadlineError('STORE_UNAVAILABLE', `event store ${file} is closed`)
    try {
      return work()
    } catch (error) {
      throw storeError(error, file)
    }
  }

  const read = async <Result>(work: () => Result) => guarded(() => transaction(database, 'read', work))
  return {
    record: (events) => (events.length === 0 ? Promise.resolve() : commits.add(events)),
    readLead: (leadId) => read(() => readLead(statements, leadId)),
    searchLeads: (query, page) => read(() => searchLeads(statements, query, page)),
    countLeads: (query) => read(() => countLeads(statements, query)),
    readReplay: (replayId) => read(() => readReplay(statements, replayId)),
    breakDown: (query) => read(() => breakDown(statements, query)),
    digest: () => read(() => digest(statements)),
    [Symbol.asyncDispose]: async () => {
      if (!database.isOpen) return
      commits.flush()
      database.close()
    },
  }
}
