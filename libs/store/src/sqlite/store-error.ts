import { LeadlineError, toLeadlineError } from '@leadline/domain'

// Primary result codes (sqlite.org/rescode.html) that blame the data and not the file: TOOBIG, CONSTRAINT, MISMATCH, RANGE.
const dataCodes = new Set([18, 19, 20, 25])

/** STORE_UNAVAILABLE when the file is to blame (full, locked, read-only, broken); RECORD_INVALID when it is the event. */
export function storeError(thrown: unknown, file: string): LeadlineError {
  if (isSqliteError(thrown)) {
    const code = dataCodes.has(thrown.errcode & 0xff) ? 'RECORD_INVALID' : 'STORE_UNAVAILABLE'
    return new LeadlineError(code, `event store ${file}: ${thrown.message}`, { cause: thrown })
  }
  return toLeadlineError(thrown)
}

function isSqliteError(thrown: unknown): thrown is Error & { readonly errcode: number } {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
}
