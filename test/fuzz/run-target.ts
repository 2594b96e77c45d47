import fc from 'fast-check'
import type { Target } from './targets.ts'

export interface FuzzRun {
  readonly name: string
  readonly runs: number
  readonly ms: number
  /** What was found, with the seed that finds it again; null when nothing was. */
  readonly found: string | null
}

/** Runs a target with values of the seed, and stops at the first find. */
export function runTarget({ name, property }: Target, runs: number, seed: number): FuzzRun {
  const started = performance.now()
  const details = fc.check(property, { numRuns: runs, seed })
  const ms = Math.round(performance.now() - started)
  return { name, runs: details.numRuns, ms, found: details.failed ? (fc.defaultReportMessage(details) ?? 'failed') : null }
}
