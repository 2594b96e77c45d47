import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Prepared statements by their text, prepared once. */
export interface Statements {
  get(sql: string): StatementSync
}

// The searches of LeadQuery have far fewer shapes in use; the bound is for whoever tries them all.
const mostKept = 200

export function keepStatements(database: DatabaseSync): Statements {
  const kept = new Map<string, StatementSync>()
  return {
    get: (sql) => {
      const known = kept.get(sql)
      if (known !== undefined) return known
      if (kept.size >= mostKept) kept.clear()
      const statement = database.prepare(sql)
      kept.set(sql, statement)
      return statement
    },
  }
}
