import type { LaneOwner, Membership } from '@leadline/log'
import type { Connection } from './connection.ts'

export interface ModelledMembership extends Membership {
  readonly joined: Promise<void>
}

export interface MembershipOptions {
  readonly connection: Connection
  /** Tells memberships of one process apart. */
  readonly number: number
  readonly group: string
  readonly topics: readonly string[]
  readonly metadataLength: number
  readonly owner: LaneOwner
}

export const drainTimeoutMs = 20_000

/** Resolves when the signal aborts, at once if it has. */
export function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
