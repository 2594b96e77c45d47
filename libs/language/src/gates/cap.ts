import { zoneOffsetMs } from '../time/zone.ts'

export const capPeriods = ['minute', 'hour', 'day', 'week', 'month', 'total'] as const
export type CapPeriod = (typeof capPeriods)[number]

/** How many leads may pass in a period. Who counts keeps one number for each `capKey`. */
export interface CapSpec {
  readonly max: number
  readonly per: CapPeriod
  /** Each source has its own count, each step, or the whole flow one. */
  readonly scope: 'flow' | 'source' | 'step'
  /** Whose midnight ends a day; UTC unless told. */
  readonly timezone?: string | undefined
}

export type CapDecision =
  | { readonly type: 'admitted'; readonly count: number }
  | { readonly type: 'refused'; readonly reason: string; readonly count: number }

/** Whether one more lead may pass, and the count after it: a refused lead does not count. */
export function admitUnderCap({ max }: Pick<CapSpec, 'max'>, count: number): CapDecision {
  return count < max ? { type: 'admitted', count: count + 1 } : { type: 'refused', reason: 'Cap reached', count }
}

/** The count when a lead that was admitted fails later: only leads that end well use up a cap. */
export function releaseFromCap(count: number): number {
  return Math.max(0, count - 1)
}

/** What shares one count: the cap's scope and the period that a moment lies in, by the cap's clock. */
export function capKey(
  cap: CapSpec,
  place: { readonly flow: string; readonly source: string; readonly step: string },
  epochMs: number,
): string {
  const owner = cap.scope === 'flow' ? place.flow : `${place.flow}/${place[cap.scope]}`
  return `${cap.scope}:${owner}:${cap.per}:${periodOf(cap, epochMs)}`
}

function periodOf({ per, timezone = 'UTC' }: CapSpec, epochMs: number): string {
  const local = new Date(epochMs + zoneOffsetMs(timezone, epochMs))
  const text = local.toISOString()
  switch (per) {
    case 'minute':
      return startIn(60_000, local, epochMs)
    case 'hour':
      return startIn(3_600_000, local, epochMs)
    case 'day':
      return text.slice(0, 10)
    case 'week': {
      const monday = local.getTime() - ((local.getUTCDay() + 6) % 7) * 86_400_000
      return new Date(monday).toISOString().slice(0, 10)
    }
    case 'month':
      return text.slice(0, 7)
    case 'total':
      return 'ever'
  }
}

/**
 * When the local minute or hour began, in UTC: the hour that a clock set back goes through twice is two periods, and hours begin where they
 * do in zones that are half an hour off.
 */
function startIn(lengthMs: number, local: Date, epochMs: number): string {
  return new Date(epochMs - (local.getTime() % lengthMs)).toISOString().slice(0, 16)
}
