import type { LanePosition } from '../log.ts'
import type { Found } from './wire/batch-fate.ts'

/** The first record of a batch that a transaction has written. */
export interface Written {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** Where a transaction has written; `nothing` when it had no records, or none can be kept; undefined when no broker has told. */
export type Trace = Written | 'nothing' | undefined

/** What the records of a lane's last commits say of its position, whatever the group says. */
export interface CommitEvidence {
  committed(position: LanePosition, trace: Trace): void
  /** Nobody has answered how it ended. */
  doubted(position: LanePosition, trace: Trace): void
  /** The group has told this position. */
  told(position: LanePosition): void
  /** The last position that is proven, or the one opened with while nothing was written; undefined when none is. Rejects when nobody answers now. */
  find(): Promise<LanePosition | undefined>
}

/** `opened` is what the group told when the lane was opened, and taken for true. */
export function createCommitEvidence(opened: LanePosition, find: (written: Written) => Promise<Found>): CommitEvidence {
  let last: LanePosition = opened
  /** What proves `last`: undefined while nothing was written since the lane was opened. */
  let proof: Written | undefined
  let inDoubt: { readonly position: LanePosition; readonly trace: Trace } | undefined
  let told = opened

  /** Without a place of its own it is as good as the commit before. */
  const settle = (position: LanePosition, trace: Trace): void => {
    last = position
    if (typeof trace === 'object') proof = trace
    inDoubt = undefined
  }
  return {
    committed: settle,
    doubted(position, trace) {
      inDoubt = { position, trace }
    },
    told(position) {
      told = position
      if (inDoubt !== undefined && isSame(inDoubt.position, position)) settle(position, inDoubt.trace)
    },
    async find() {
      const trace = inDoubt === undefined ? 'nothing' : inDoubt.trace
      const found = typeof trace === 'object' ? await find(trace) : trace === 'nothing' ? 'gone' : 'untold'
      if (found === 'untold') return undefined
      if (found === 'there' && inDoubt !== undefined) settle(inDoubt.position, trace)
      else if (!isSame(last, told) && proof !== undefined && (await find(proof)) !== 'there') return undefined
      return last
    },
  }
}

export function isSame(one: LanePosition, other: LanePosition): boolean {
  return one.offset === other.offset && one.metadata === other.metadata
}
