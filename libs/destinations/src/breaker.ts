/** When a destination counts as down, and when it is asked again. */
export interface BreakerPolicy {
  /** Opens when at least this share of the calls of the window were errors … */
  readonly errorShare: number
  /** … and there were at least so many. */
  readonly minimumCalls: number
  readonly windowMs: number
  /**
   * Opens also when the calls of so many different leads ended so, over a whole window and without an answer in between: a destination with
   * few calls must not use up their attempts, and neither one hopeless lead nor a wave of retries is an outage.
   */
  readonly leadsInARow: number
  /** Open for so long; then one probe. */
  readonly openMs: number
}

/** 50 % of at least 20 calls in 10 s, half-open after 30 s (design, "Numbers"). */
export const defaultBreakerPolicy: BreakerPolicy = {
  errorShare: 0.5,
  minimumCalls: 20,
  windowMs: 10_000,
  leadsInARow: 5,
  openMs: 30_000,
}

/** A circuit breaker as a value of time: nothing happens between calls, so it needs no timer. Times in milliseconds since 1970. */
export interface Breaker {
  /** When calls may be made again; null: now. While half-open with its probe under way this is a moment ahead. */
  closedUntil(now: number): number | null
  /** A call begins; while half-open it is the probe. */
  begin(now: number): void
  /** The answer was an answer, whatever it said. Says whether this closed the breaker. */
  succeeded(now: number): boolean
  /** There was none for this lead. Says whether this opened the breaker. */
  failed(now: number, lead: string): boolean
  /** The call ended without a verdict (the process lost its lane). */
  abandoned(): void
  /** Another process found the destination down, or up. */
  openUntil(until: number): void
  close(): void
  readonly isOpen: boolean
}

const buckets = 10
/** How long to wait before looking at a half-open breaker again. */
const probeLookMs = 1_000

export function createBreaker(policy: BreakerPolicy = defaultBreakerPolicy): Breaker {
  const bucketMs = policy.windowMs / buckets
  let counts = new Map<number, { calls: number; errors: number }>()
  let row = new Set<string>()
  let rowSince = 0
  let until: number | null = null
  let probing = false

  function count(now: number, error: 0 | 1): void {
    const bucket = Math.floor(now / bucketMs)
    const at = counts.get(bucket) ?? { calls: 0, errors: 0 }
    counts.set(bucket, { calls: at.calls + 1, errors: at.errors + error })
    for (const old of counts.keys()) if (old <= bucket - buckets) counts.delete(old)
  }

  function tooManyErrors(now: number): boolean {
    if (row.size >= policy.leadsInARow && now - rowSince >= policy.windowMs) return true
    let calls = 0
    let errors = 0
    for (const bucket of counts.values()) {
      calls += bucket.calls
      errors += bucket.errors
    }
    return calls >= policy.minimumCalls && errors >= calls * policy.errorShare
  }

  function open(till: number): void {
    until = till
    probing = false
    counts = new Map()
    row = new Set()
  }

  function close(): void {
    until = null
    probing = false
    counts = new Map()
    row = new Set()
  }

  return {
    closedUntil: (now) => {
      if (until === null) return null
      if (now < until) return until
      return probing ? now + probeLookMs : null
    },
    begin: (now) => {
      if (until !== null && now >= until) probing = true
    },
    succeeded: (now) => {
      row = new Set()
      if (until === null) count(now, 0)
      const closes = until !== null && probing
      if (closes) close()
      return closes
    },
    failed: (now, lead) => {
      if (until !== null) {
        // Calls that were under way when it opened tell nothing new; the probe does.
        if (!probing) return false
        open(now + policy.openMs)
        return true
      }
      if (row.size === 0) rowSince = now
      row.add(lead)
      count(now, 1)
      if (!tooManyErrors(now)) return false
      open(now + policy.openMs)
      return true
    },
    abandoned: () => {
      probing = false
    },
    openUntil: open,
    close,
    get isOpen() {
      return until !== null
    },
  }
}
