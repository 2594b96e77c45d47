import type { ErrorClass } from '@leadline/domain'
import type { Permission } from '@leadline/engine'
import { type Breaker, type BreakerPolicy, createBreaker } from './breaker.ts'
import { createPacer } from './pacer.ts'
import { createQuota, type Quota, type QuotaLimit } from './quota.ts'
import { createRate, type Rate, type RateLimit } from './rate.ts'

/** What a destination takes; null: no limit of that kind. */
export interface DestinationLimits {
  /** Calls at once, from this process. */
  readonly concurrency: number
  readonly rate: RateLimit | null
  readonly quota: QuotaLimit | null
}

/** How a call ended, as far as its destination is concerned. */
export type CallEnd =
  | { readonly type: 'answered'; readonly tookMs: number }
  | { readonly type: 'error'; readonly lead: string; readonly class: ErrorClass; readonly retryAfterMs: number | null }
  | { readonly type: 'abandoned' }

/** One outside system as this process sees it. Pure but for its own memory: time comes in as an argument. */
export interface Destination {
  ask(now: number, crowded: boolean): Permission
  /** A permit is given back; what came of the call was told by `ended`. Without that there was no call, and nothing was used up. */
  release(now: number): void
  /** What others should hear of: it was found down, up, or asked for a pause. */
  ended(end: CallEnd, now: number): Finding | null
  /** While it is known to be down or has asked to wait: until when; null: it is open. */
  closedUntil(now: number): number | null
  pauseUntil(until: number): void
  readonly breaker: Breaker
  readonly rate: Rate | null
  readonly quota: Quota | null
  /** When something held may change by the mere passing of time; null: only a release changes it. */
  wakeAt(now: number): number | null
  readonly inUse: number
}

export type Finding = { readonly type: 'down' } | { readonly type: 'up' } | { readonly type: 'pause'; readonly until: number }

/** The classes that say something about the destination's health; a refusal or a limit does not. */
const unhealthy: ReadonlySet<ErrorClass> = new Set(['connection', 'timeout', 'unknown', 'system'])
/** Who would have to wait longer than this leaves the lane. */
const longestHoldMs = 2_000
/** Who leaves because the destination is busy: a while in which the lane works off what it holds. */
const shortestParkMs = 500

export function createDestination(limits: DestinationLimits, policy?: BreakerPolicy): Destination {
  const breaker = createBreaker(policy)
  const rate = limits.rate === null ? null : createRate(limits.rate)
  const quota = limits.quota === null ? null : createQuota(limits.quota)
  const pacer = createPacer(limits.concurrency)
  let inUse = 0
  /** Since when there have been as many calls as it takes, if there are: none of them has begun later. */
  let fullSince = 0
  /** Calls that may have begun and of which nobody has told yet how they ended. */
  let untold = 0
  let pausedUntil = 0

  function closedUntil(now: number): number | null {
    const until = Math.max(pausedUntil, breaker.closedUntil(now) ?? 0, quota?.exhaustedUntil(now) ?? 0)
    return until > now ? until : null
  }

  function parkAt(earliest: number, leastCallMs = 0): Permission {
    return { type: 'park', dueAt: Math.max(pacer.next(earliest, leastCallMs), rate?.reserve(earliest) ?? 0) }
  }

  function ask(now: number, crowded: boolean): Permission {
    const closed = closedUntil(now)
    if (closed !== null) return crowded || closed - now > longestHoldMs ? parkAt(closed) : { type: 'hold' }
    const nextAt = rate?.nextAt(now) ?? now
    const isFull = inUse >= limits.concurrency
    if (isFull || nextAt > now) {
      if (!crowded) return { type: 'hold' }
      return parkAt(Math.max(nextAt, now + shortestParkMs), isFull ? now - fullSince : 0)
    }
    inUse++
    if (inUse === limits.concurrency) fullSince = now
    untold++
    breaker.begin(now)
    rate?.take(now)
    quota?.take(now)
    return { type: 'start' }
  }

  function ended(end: CallEnd, now: number): Finding | null {
    untold = Math.max(0, untold - 1)
    switch (end.type) {
      case 'abandoned':
        breaker.abandoned()
        return null
      case 'answered':
        pacer.answered(end.tookMs)
        return breaker.succeeded(now) ? { type: 'up' } : null
      case 'error': {
        const opened = unhealthy.has(end.class) ? breaker.failed(now, end.lead) : false
        const asked = end.retryAfterMs !== null && end.retryAfterMs > 0 ? now + end.retryAfterMs : null
        if (asked !== null) pausedUntil = Math.max(pausedUntil, asked)
        if (opened) return { type: 'down' }
        if (!unhealthy.has(end.class) && breaker.succeeded(now)) return { type: 'up' }
        // Not only what was asked now: others may hear of this pause alone.
        return asked === null ? null : { type: 'pause', until: pausedUntil }
      }
    }
  }

  return {
    ask,
    ended,
    closedUntil,
    breaker,
    rate,
    quota,
    release: (now) => {
      inUse--
      if (untold <= inUse) return
      untold = inUse
      breaker.abandoned()
      rate?.giveBack()
      quota?.giveBack(now)
    },
    pauseUntil: (until) => {
      pausedUntil = Math.max(pausedUntil, until)
    },
    wakeAt: (now) => {
      const at = closedUntil(now) ?? rate?.nextAt(now) ?? now
      return at > now ? at : null
    },
    get inUse() {
      return inUse
    },
  }
}
