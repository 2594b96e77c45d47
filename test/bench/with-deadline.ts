const deadlineMs = 10 * 60_000

/** What `promise` gives. Rejects after ten minutes, saying how far it came: a benchmark that stands still must say so. */
export async function withDeadline<T>(promise: Promise<T>, stand: () => string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not done in ten minutes: ${stand()}`)), deadlineMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
