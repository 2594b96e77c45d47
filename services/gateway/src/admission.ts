import { LeadlineError } from '@leadline/domain'
import type { GatewayLimits } from './gateway-limits.ts'

export interface Admission {
  /** Takes room for one lead, or throws OVERLOADED at once. */
  enter(bytes: number): Ticket
}

/** Room for one lead, given back when its last holder has released it. Releasing twice is as good as once. */
export interface Ticket {
  release(): void
  /** Adds a holder; the answer releases it. */
  hold(): () => void
}

/** Bounds what the gateway holds in memory while the log is slow. A single lead always fits into an empty gateway. */
export function createAdmission(
  limits: Pick<GatewayLimits, 'pendingLeads' | 'pendingBytes'>,
  onChange: (leads: number, bytes: number) => void,
): Admission {
  let pendingLeads = 0
  let pendingBytes = 0

  function change(leads: number, bytes: number): void {
    pendingLeads += leads
    pendingBytes += bytes
    onChange(pendingLeads, pendingBytes)
  }

  return {
    enter: (bytes) => {
      if (pendingLeads >= limits.pendingLeads || (pendingLeads > 0 && pendingBytes + bytes > limits.pendingBytes)) {
        throw new LeadlineError('OVERLOADED', 'the log cannot keep up; nothing was accepted')
      }
      change(1, bytes)
      return createTicket(() => change(-1, -bytes))
    },
  }
}

function createTicket(onLastRelease: () => void): Ticket {
  const holders = new Set<symbol>()
  const hold = () => {
    const holder = Symbol('holder')
    holders.add(holder)
    return () => {
      if (holders.delete(holder) && holders.size === 0) onLastRelease()
    }
  }
  return { release: hold(), hold }
}
