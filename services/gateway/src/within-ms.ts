import { LeadlineError } from '@leadline/domain'

/** What `work` becomes, or LOG_UNAVAILABLE after `ms` milliseconds: then it goes on, and may still be done. */
export async function withinMs<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new LeadlineError('LOG_UNAVAILABLE', 'the log took too long; send again with the same Idempotency-Key')),
    ms,
  )
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
