/** At most `max` calls in each calendar hour or day, UTC. */
export interface QuotaLimit {
  readonly max: number
  readonly per: 'hour' | 'day'
}

/** Counts calls of the current window, ours and what other processes say of theirs. */
export interface Quota {
  /** When calls may go on: the next window when this one is used up; null: now. */
  exhaustedUntil(now: number): number | null
  take(now: number): void
  /** What was taken last was not used. */
  giveBack(now: number): void
  /** What another process has used in a window. */
  others(process: string, usage: QuotaUsage): void
  usage(now: number): QuotaUsage
  /** Processes whose last word is of a window that nobody's clock takes for the present one any more. */
  over(now: number): string[]
  isOver(usage: QuotaUsage, now: number): boolean
  forget(process: string): void
}

export interface QuotaUsage {
  /** Start of the window, milliseconds since 1970. */
  readonly window: number
  readonly used: number
}

const lengthsMs = { hour: 3_600_000, day: 86_400_000 } as const

export function createQuota({ max, per }: QuotaLimit): Quota {
  const lengthMs = lengthsMs[per]
  const windowOf = (now: number): number => now - (now % lengthMs)
  const byProcess = new Map<string, QuotaUsage>()
  let own: QuotaUsage = { window: 0, used: 0 }

  function usage(now: number): QuotaUsage {
    const window = windowOf(now)
    return own.window === window ? own : { window, used: 0 }
  }

  /** Not the window before this one: clocks differ. */
  const isOver = ({ window }: QuotaUsage, now: number): boolean => window < windowOf(now) - lengthMs

  return {
    usage,
    isOver,
    over: (now) => [...byProcess].flatMap(([process, said]) => (isOver(said, now) ? [process] : [])),
    forget: (process) => void byProcess.delete(process),
    exhaustedUntil: (now) => {
      const { window, used } = usage(now)
      let sum = used
      for (const other of byProcess.values()) if (other.window === window) sum += other.used
      return sum < max ? null : window + lengthMs
    },
    take: (now) => {
      const { window, used } = usage(now)
      own = { window, used: used + 1 }
    },
    giveBack: (now) => {
      const { window, used } = usage(now)
      own = { window, used: Math.max(0, used - 1) }
    },
    others: (process, said) => {
      byProcess.set(process, said)
    },
  }
}
