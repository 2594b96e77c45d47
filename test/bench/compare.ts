import type { BenchResult } from './bench.ts'

export interface Line {
  readonly name: string
  readonly unit: string
  /** One of each per round: what is compared was measured one after the other. */
  readonly values: readonly number[]
  readonly baselines: readonly number[]
  readonly goal: Goal
}

/** The ratio that is wanted. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number }

/** A line from several rounds: medians, and the median of the rounds' ratios, so that a slow minute hits both sides. */
export function compare({ name, unit, values, baselines, goal }: Line): BenchResult {
  const ratio = round(median(values.map((value, index) => value / (baselines[index] ?? Number.NaN))), 3)
  const met = 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost
  const text = 'atLeast' in goal ? `ratio ≥ ${goal.atLeast}` : `ratio ≤ ${goal.atMost}`
  return { name, value: round(median(values), 1), unit, baseline: round(median(baselines), 1), ratio, goal: text, met }
}

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}
