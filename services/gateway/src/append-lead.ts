import { LeadlineError } from '@leadline/domain'
import type { Log, OutgoingRecord } from '@leadline/log'

/**
 * Resolves once the log holds the record. Rejects with LOG_UNAVAILABLE after `ms` milliseconds, and then the log may still take it.
 * `settled` runs when the log has let go of the record, however long that takes: until then it is in memory.
 */
export async function appendWithin(
  log: Pick<Log, 'append'>,
  record: OutgoingRecord,
  { ms, settled }: { readonly ms: number; readonly settled: () => void },
): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new LeadlineError('LOG_UNAVAILABLE', 'the log took too long; send again with the same Idempotency-Key')),
    ms,
  )
  try {
    await Promise.race([log.append([record]).finally(settled), late])
  } finally {
    clearTimeout(timer)
  }
}
