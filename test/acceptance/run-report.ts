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
  const { accepted, wanted, steps, verdict, partner } = report
  const lines: [string, string | number, boolean][] = [
    ['accepted (202)', accepted, accepted === wanted],
    ['completed leads', verdict.completed, verdict.completed === wanted],
    ['lost', verdict.lost.length, verdict.lost.length === 0],
    ['completed twice', verdict.completedTwice.length, verdict.completedTwice.length === 0],
    ['terminal outcomes (lead × step)', verdict.outcomes, verdict.outcomes === wanted * steps],
    ['outcomes twice', verdict.outcomesTwice.length, verdict.outcomesTwice.length === 0],
  ]
  for (const [name, value, holds] of lines) console.log(`${holds ? 'ok  ' : 'FAIL'} ${name.padEnd(34)} ${value}`)
  console.log(`     ${'lead outcomes'.padEnd(34)} ${JSON.stringify(verdict.byOutcome)}, dead letters ${verdict.deadLetters}`)
  console.log(`     ${'faults'.padEnd(34)} ${JSON.stringify(report.faults)}, posts sent again ${report.retriedPosts}`)
  console.log(
    `     ${'partner: calls, keys, repeated keys'.padEnd(34)} ${partner.calls}, ${partner.keys}, ${partner.repeatedKeys}`,
  )
  console.log(`     ${'seconds'.padEnd(34)} ${report.seconds.toFixed(1)}`)
  return lines.every(([, , holds]) => holds)
}
