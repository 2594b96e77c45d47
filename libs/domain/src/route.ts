import type { Outcome } from './outcome.ts'
import { delayFor, type RetryPolicy } from './retry-policy.ts'

/** Where an attempt's outcome goes next. */
export type Route =
  | { readonly to: 'outcome' }
  | { readonly to: 'retry'; readonly attempt: number; readonly delayMs: number }
  | { readonly to: 'dead-letter'; readonly reason: 'not-retryable' | 'attempts-exhausted' }

/** Pure: no clock, no broker; `random` in [0, 1) spreads the retries. `attempt` is the number of the attempt that ended, 1 the first. */
export function route(outcome: Outcome, attempt: number, policy: RetryPolicy, random: number): Route {
  switch (outcome.type) {
    case 'success':
    case 'failure':
      return { to: 'outcome' }
    case 'error': {
      const { retryable, retryAfterMs } = outcome.error
      if (!retryable) return { to: 'dead-letter', reason: 'not-retryable' }
      if (attempt >= policy.maxAttempts) return { to: 'dead-letter', reason: 'attempts-exhausted' }
      return { to: 'retry', attempt: attempt + 1, delayMs: delayFor(policy, attempt, random, retryAfterMs) }
    }
  }
}

/** The delay tiers that exist as topics, in milliseconds, shortest first. */
export const retryTiersMs = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 120_000, 300_000, 900_000, 3_600_000] as const

export const longestTierMs = Math.max(...retryTiersMs)

/** The nearest tier that is not shorter than the delay; the longest for anything beyond (the due time still holds). */
export function tierFor(delayMs: number): number {
  return retryTiersMs.find((tier) => tier >= delayMs) ?? longestTierMs
}
