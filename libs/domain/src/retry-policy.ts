/** When an `error` is tried again. Delay before attempt n+1: base × factor^(n−1), at most `maxDelayMs`, then jittered. */
export interface RetryPolicy {
  /** All attempts, the first included; at least 1. */
  readonly maxAttempts: number
  readonly baseDelayMs: number
  readonly factor: number
  readonly maxDelayMs: number
  /** Share of the delay by which it is varied up or down, 0 to 1; 0 switches jitter off. */
  readonly jitter: number
}

/** Seed 004's schedule: attempts after 1, 2, 4, 8 and 16 seconds, so six calls at most. */
const blip: RetryPolicy = { maxAttempts: 6, baseDelayMs: 1_000, factor: 2, maxDelayMs: 16_000, jitter: 0.1 }
const outage: RetryPolicy = { maxAttempts: 100, baseDelayMs: 10_000, factor: 2, maxDelayMs: 900_000, jitter: 0.1 }
const none: RetryPolicy = { maxAttempts: 1, baseDelayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 }

export const namedRetryPolicies = { blip, outage, none } as const
export type RetryPolicyName = keyof typeof namedRetryPolicies

/** Milliseconds to wait before the attempt after `attempt` (1-based). `random` is in [0, 1). `Retry-After` is honoured in full. */
export function delayFor(policy: RetryPolicy, attempt: number, random: number, retryAfterMs: number | null): number {
  const plain = Math.min(policy.baseDelayMs * policy.factor ** (attempt - 1), policy.maxDelayMs)
  const jittered = plain * (1 + policy.jitter * (2 * random - 1))
  return Math.round(Math.max(jittered, retryAfterMs ?? 0))
}
