import type { BenchResult } from './bench.ts'

/** The lines of the table whose goal was not met, for a person. */
export function missedGoals(results: readonly BenchResult[]): string {
  const missed = results.filter(({ met }) => !met)
  if (missed.length === 0) return `all ${results.length} goals met\n`
  const lines = missed.map(({ name, value, unit, ratio, goal }) =>
    goal.startsWith('ratio') ? `  ${name}: ratio ${ratio}, goal ${goal}` : `  ${name}: ${value} ${unit}, goal ${goal}`,
  )
  return [`${missed.length} of ${results.length} goals missed:`, ...lines, ''].join('\n')
}
