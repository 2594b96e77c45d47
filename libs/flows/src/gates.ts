import type { CapSpec, Hours, Mappings, Pricing, Rules } from '@leadline/language'

/** What a lead of one source passes between being submitted and its first step, in this order; duplicates are looked for after acceptance. */
export interface Gates {
  /** The source's, then the flow's: what they make joins the fields that were submitted, before these are read by their types. */
  readonly mappings: readonly Mappings[]
  /** The flow's criteria, then the source's; null: every lead is taken. */
  readonly acceptance: Rules | null
  /** The flow's prices, then the source's: the last that holds decides. */
  readonly pricing: Pricing | null
  /** The source's, then the flow's. */
  readonly caps: readonly CapSpec[]
  readonly hours: Hours | null
}
