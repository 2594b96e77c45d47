import { setTimeout as delay } from 'node:timers/promises'
import { type ErrorCode, type LeadlineError, toLeadlineError } from '@leadline/domain'

const unavailable: ReadonlySet<ErrorCode> = new Set(['STORE_UNAVAILABLE', 'LOG_UNAVAILABLE', 'LOG_REFUSED'])
const firstDelayMs = 50
const longestDelayMs = 5_000

export interface RetryTerms {
  /** Aborts when the result is no longer wanted. */
  readonly signal: AbortSignal
  /** Told of each try that failed. */
  readonly failed: (error: LeadlineError, retryInMs: number) => void
}

/** Tries until store and log are there again: what is unavailable for now must not become a dead letter. Other errors pass through. */
export async function retryUnavailable<Result>(work: () => Promise<Result>, { signal, failed }: RetryTerms): Promise<Result> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return await work()
    } catch (thrown) {
      const error = toLeadlineError(thrown)
      if (!unavailable.has(error.code) || signal.aborted) throw error
      failed(error, delayMs)
    }
    await delay(delayMs, undefined, { signal })
  }
}
