/** A token bucket, kept as the time at which it would be full (the generic cell rate algorithm): no timer, no counting down. */
export interface Rate {
  /** When the next call may start; at or before `now` means at once. */
  nextAt(now: number): number
  take(now: number): void
  /** What was taken last was not used. */
  giveBack(): void
  /** A start for somebody who leaves and comes back: later than every one given before. */
  reserve(now: number): number
  /** Shares the rate with other processes: this one has `share` (0 to 1) of it. */
  setShare(share: number): void
}

export interface RateLimit {
  readonly perSecond: number
  /** Calls that may start at once after a pause; one second's worth unless told. */
  readonly burst?: number
}

export function createRate({ perSecond, burst = Math.max(1, perSecond) }: RateLimit): Rate {
  let intervalMs = 1_000 / perSecond
  let tolerance = (burst - 1) * intervalMs
  /** When the bucket would be full again. */
  let fullAt = 0
  let reservedUntil = 0
  return {
    nextAt: (now) => {
      // The next start is never more than an interval away: whatever is later is from before the clock was set back.
      const aheadMs = Math.max(0, fullAt - (now + tolerance + intervalMs))
      fullAt -= aheadMs
      reservedUntil -= aheadMs
      return Math.max(now, fullAt - tolerance)
    },
    take: (now) => {
      fullAt = Math.max(now, fullAt) + intervalMs
    },
    giveBack: () => {
      fullAt -= intervalMs
    },
    reserve: (now) => {
      reservedUntil = Math.max(now, fullAt, reservedUntil) + intervalMs
      return reservedUntil
    },
    setShare: (share) => {
      intervalMs = 1_000 / perSecond / share
      tolerance = Math.max(0, burst * share - 1) * intervalMs
    },
  }
}
