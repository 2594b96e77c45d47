import type { Verdict } from './check-outcomes.ts'

/** What the partner itself counted. */
export interface PartnerCount {
  readonly calls: number
  readonly distinctKeys: number
  readonly repeatedKeys: number
  /** Keys that were answered 200 more than once: calls made again although they had been answered. */
  readonly acceptedMoreThanOnce: number
}

export interface Report {
  readonly accepted: number
  readonly wanted: number
  readonly steps: number
  readonly faults: Readonly<Record<string, number>>
  readonly retriedPosts: number
  readonly seconds: number
  readonly verdict: Verdict
  readonly partner: PartnerCount
}

/** Prints the run and answers whether every line holds. */
export function printReport(report: Report): boolean {
  const { accepted, wanted, steps, verdict } = report
  const lines: [string, number, boolean][] = [
    ['accepted (202)', accepted, accepted === wanted],
    ['completed leads', verdict.completed, verdict.completed === wanted],
    ['lost', verdict.lost.length, verdict.lost.length === 0],
    ['completed twice', verdict.completedTwice.length, verdict.completedTwice.length === 0],
    ['terminal outcomes (lead × step)', verdict.outcomes, verdict.outcomes === wanted * steps],
    ['outcomes twice', verdict.outcomesTwice.length, verdict.outcomesTwice.length === 0],
  ]
  for (const [name, value, holds] of lines) console.log(`${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(34)} ${value}`)
  const { calls, distinctKeys, repeatedKeys, acceptedMoreThanOnce } = report.partner
  note('lead outcomes', `${JSON.stringify(verdict.byOutcome)}, dead letters ${verdict.deadLetters}`)
  note('faults', `${JSON.stringify(report.faults)}, posts sent again ${report.retriedPosts}`)
  note("the partner's own count", JSON.stringify({ calls, distinctKeys, repeatedKeys, acceptedMoreThanOnce }))
  note('seconds', report.seconds.toFixed(1))
  return lines.every(([, , holds]) => holds)
}

function note(name: string, value: string): void {
  console.log(`     ${name.padEnd(34)} ${value}`)
}
