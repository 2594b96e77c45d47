import type { Site } from './open-site.ts'
import type { Random } from './random.ts'

/** Work records that an operator ordered to be done again: what they cause may exist twice. */
export interface Rerun {
  readonly topic: string
  readonly partition: number
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export interface FaultContext {
  readonly site: Site
  readonly random: Random
  readonly reruns: Rerun[]
  /** Says what exactly is being done, for the log of the run. */
  readonly tell: (what: string) => void
}

/** Something that goes wrong. `inject` resolves when it is over and mended, and rejects when the product answered it wrongly. */
export interface Fault {
  readonly kind: string
  /** Two faults at a time must be of different places. Operators work alone. */
  readonly place: 'process' | 'broker' | 'network' | 'operator'
  /** Long ones are left out of short runs. */
  readonly length: 'short' | 'long'
  inject(context: FaultContext): Promise<void>
}

export const seconds = (count: number): number => count * 1_000
