import type { BenchResult } from './bench.ts'
import type { Measurement } from './measure.ts'

export interface Line {
  readonly name: string
  readonly unit: string
  /** One of each per round: what is compared was measured one after the other. */
  readonly values: readonly number[]
  readonly baselines: readonly number[]
  readonly goal: Goal
}

export interface AbsoluteLine {
  readonly name: string
  readonly unit: string
  readonly value: number
  readonly goal: Goal
  readonly baseline?: number
}

export type Goal = { readonly atLeast: number } | { readonly atMost: number }

/** A line whose goal is a ratio. Medians, and the median of the rounds' ratios, so that a slow minute hits both sides. */
export function compare({ name, unit, values, baselines, goal }: Line): BenchResult {
  const ratio = round(median(values.map((value, index) => value / (baselines[index] ?? Number.NaN))), 3)
  return {
    name,
    value: round(median(values), 1),
    unit,
    baseline: round(median(baselines), 1),
    ratio,
    goal: `ratio ${textOf(goal)}`,
    met: holds(goal, ratio),
  }
}

export interface MeasuredLines {
  readonly name: string
  /** What is counted, in the plural. */
  readonly things: string
  /** One of each per round. */
  readonly ours: readonly Measurement[]
  readonly theirs: readonly Measurement[]
  readonly goals: { readonly speed: Goal; readonly cpu: Goal }
}

/** Two lines: `name` by speed, `name`-cpu by processor time. */
export function compareMeasured({ name, things, ours, theirs, goals }: MeasuredLines): BenchResult[] {
  const line = (of: (measurement: Measurement) => number, rest: Pick<Line, 'name' | 'unit' | 'goal'>): BenchResult =>
    compare({ ...rest, values: ours.map(of), baselines: theirs.map(of) })
  return [
    line(({ perSecond }) => perSecond, { name, unit: `${things}/s`, goal: goals.speed }),
    line(({ cpuPer100k }) => cpuPer100k, { name: `${name}-cpu`, unit: `CPU s per 100,000 ${things}`, goal: goals.cpu }),
  ]
}

/** A line whose goal is the value itself; what is compared with, if anything, stands beside it. */
export function absolute({ name, unit, value, goal, baseline }: AbsoluteLine): BenchResult {
  const ratio = baseline === undefined ? null : round(value / baseline, 3)
  return { name, value: round(value, 1), unit, baseline: baseline ?? null, ratio, goal: textOf(goal), met: holds(goal, value) }
}

function holds(goal: Goal, value: number): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost
}

function textOf(goal: Goal): string {
  return 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`
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

/** To a tenth. */
export const megabytes = (bytes: number): number => round(bytes / 1024 / 1024, 1)
