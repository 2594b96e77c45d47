import { setTimeout as delay } from 'node:timers/promises'
import { type LeadlineError, toLeadlineError } from '@leadline/domain'

export interface Attempts {
  /** Told of every failed try, with the milliseconds until the next one. */
  readonly onFailure: (error: LeadlineError, retryInMs: number) => void
  /** Rejects with its reason when it aborts. */
  readonly signal: AbortSignal
  readonly baseDelayMs?: number
  readonly maxDelayMs?: number
}

/** Tries `act` until it works, with growing delays (0.5 s to 15 s). Only LOG_UNAVAILABLE is tried again: nothing else gets better by waiting. */
export async function tryUntilAvailable<Result>(act: () => Promise<Result>, attempts: Attempts): Promise<Result> {
  const { onFailure, signal, baseDelayMs = 500, maxDelayMs = 15_000 } = attempts
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act()
    } catch (thrown) {
      const error = toLeadlineError(thrown)
      signal.throwIfAborted()
      if (error.code !== 'LOG_UNAVAILABLE') throw thrown
      const retryInMs = Math.min(baseDelayMs * 2 ** Math.min(attempt, 20), maxDelayMs)
      onFailure(error, retryInMs)
      await delay(retryInMs, undefined, { signal })
    }
  }
}

/** What `promise` becomes, unless `signal` aborts first: then its reason. The promise itself goes on. */
export async function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  // Nobody may be left to hear of it.
  promise.catch(() => undefined)
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const stop = () => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
