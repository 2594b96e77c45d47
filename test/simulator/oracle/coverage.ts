import { decodeMetadata } from '@leadline/engine/offset-map'
import type { LanePosition } from '@leadline/log'

/** Which offsets a committed position says are done. */
export interface Coverage {
  readonly base: number
  readonly runs: readonly number[]
  has(offset: number): boolean
}

export const nothingCovered: Coverage = { base: 0, runs: [], has: () => false }

/** Throws what `decodeMetadata` throws. */
export function coverageOf({ offset, metadata }: LanePosition): Coverage {
  if (offset === null) return nothingCovered
  const { base, runs } = decodeMetadata(metadata)
  if (base !== offset) throw new RangeError(`metadata of base ${base} beside offset ${offset}`)
  return { base, runs, has: (candidate) => candidate < base || isDoneBeyond(candidate - base, runs) }
}

function isDoneBeyond(distance: number, runs: readonly number[]): boolean {
  let left = distance
  for (const [index, run] of runs.entries()) {
    if (left < run) return index % 2 === 1
    left -= run
  }
  return false
}
