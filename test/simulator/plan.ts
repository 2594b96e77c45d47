import type { EngineLimits } from '@leadline/engine'
import type { StepLimits } from '@leadline/flows'
import type { NetworkFaults } from './broker/network.ts'

/** Everything that a run is made of, as data: a seed makes one, the shrinker makes smaller ones. */
export interface Plan {
  readonly seed: number
  readonly leads: readonly PlannedLead[]
  readonly faults: readonly Fault[]
  readonly network: NetworkFaults
  readonly calls: CallMix
  readonly members: number
  /** KAFKA_TRANSACTIONS of all processes. */
  readonly transactions: 'lanes' | 'group'
  readonly partitions: number
  /** Share of the ends of transactions that a partition shows late, by up to 1.5 s, [0, 1]. */
  readonly slowMarkers: number
  readonly limits: Partial<EngineLimits>
  /** What the destination of the last steps takes. */
  readonly deliverLimits: StepLimits
  /** Whether leads of one person wait for each other at the last steps. */
  readonly order: 'overtake' | 'follow'
  readonly commitBytesPerTopic: number
  readonly fetchRecords: number
  /** Virtual time at which all faults end. */
  readonly healAtMs: number
}

/** How a record comes into the system, and what is strange about it. */
export interface PlannedLead {
  readonly atMs: number
  readonly flow: 'one' | 'two' | 'three'
  /** `replay`: work of a later generation, straight to the step's topic. */
  readonly route: 'submission' | 'received' | 'replay'
  /** Leads with the same number are the same lead, submitted again. */
  readonly lead: number
  /** Leads of the same person are duplicates of each other. */
  readonly person: number
  readonly generation: number
  /** How long before its arrival the lead was received: a backlog. */
  readonly ageMs: number
  readonly kind: 'fine' | 'undecodable' | 'null-key' | 'empty-key' | 'unknown-flow' | 'large' | 'deadly'
}

/** Shares of calls to the outside that end so, [0, 1]; the rest succeed. */
export interface CallMix {
  readonly failure: number
  readonly stop: number
  readonly error: number
  readonly refused: number
  readonly throws: number
  readonly large: number
  readonly slow: number
  readonly stuck: number
  /** Errors that ask for hours of quiet: waits longer than the longest retry tier. */
  readonly pause: number
}

/** `event`: the how-many-th event of any process it happens before, to the process whose event that is. */
export type Fault =
  | { readonly type: 'crash'; readonly event: number; readonly backAfterMs: number }
  | { readonly type: 'freeze'; readonly event: number; readonly forMs: number }
  | { readonly type: 'cut-off'; readonly event: number; readonly forMs: number }
  | { readonly type: 'leave'; readonly event: number; readonly backAfterMs: number }
  | { readonly type: 'clock'; readonly event: number; readonly byMs: number }
  | { readonly type: 'join'; readonly atMs: number }
  | {
      readonly type: 'away'
      readonly atMs: number
      readonly forMs: number
      readonly what: 'transactions' | 'groups' | 'brokers' | 'all'
    }
  /** A coordinator has begun before it had loaded all: whoever reads a position again is told the one before. */
  | { readonly type: 'behind'; readonly atMs: number; readonly forMs: number }
  | { readonly type: 'retention'; readonly atMs: number }
  /** Retention passes over half of what is not done yet: the log's start jumps past lanes. */
  | { readonly type: 'loss'; readonly atMs: number }
  | { readonly type: 'compaction'; readonly atMs: number }
  | { readonly type: 'gap'; readonly atMs: number; readonly topic: number; readonly offsets: number }
