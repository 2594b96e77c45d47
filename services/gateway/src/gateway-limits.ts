import { defaultLimits } from '@leadline/formats'

/** What one gateway takes on before it refuses. */
export interface GatewayLimits {
  /** Largest body, bytes. */
  readonly leadBytes: number
  /** Deepest nesting and most keys of a body. */
  readonly depth: number
  readonly keys: number
  /** Leads that are received and not yet durable, and their bytes. */
  readonly pendingLeads: number
  readonly pendingBytes: number
  /** Callers that wait for outcomes. */
  readonly waiting: number
  /** How long the log may take before the caller is told to come back, milliseconds. */
  readonly appendMs: number
  /** Idempotency keys that are remembered in memory. */
  readonly recentKeys: number
}

export const defaultGatewayLimits: GatewayLimits = {
  leadBytes: defaultLimits.bytes,
  depth: defaultLimits.depth,
  keys: defaultLimits.keys,
  pendingLeads: 5_000,
  pendingBytes: 64 * 1024 * 1024,
  waiting: 5_000,
  appendMs: 10_000,
  recentKeys: 10_000,
}
