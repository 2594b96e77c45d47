import type { TopicComparison } from './compare-with-jvm.ts'
import type { ChaosResult } from './run-chaos.ts'
import type { Round } from './run-rounds.ts'

/** The table at the end of a run; `kinds` are all that there are, whether they were injected or not. */
export function describeChaos(result: ChaosResult, kinds: readonly string[]): string {
  const { verdict, calls, partner, comparisons, violations } = result
  const lines = [
    row('leads accepted', result.accepted, `posts sent again ${result.retriedPosts}, ${result.seconds.toFixed(0)} s`),
    row('leads completed', verdict.completed, JSON.stringify(verdict.byOutcome)),
    row('lost', verdict.lost.length),
    row('outcomes', verdict.outcomes, `dead letters ${verdict.deadLetters}`),
    row('doubled outcomes', result.doubled.length, `besides ${result.rerun} leads that an operator had done again`),
    ...comparisons.map((comparison) =>
      row(`JVM read_committed: ${shortName(comparison.topic)}`, comparison.jvm, agreement(comparison)),
    ),
    row('calls that the outside saw', partner.calls, `${partner.distinctKeys} keys`),
    row('repeated calls', calls.repeated, explanations(result)),
    row('answers without a call', calls.invented.length),
    '',
    `${'fault'.padEnd(40)} ${'times'.padStart(5)} ${'recovery p50'.padStart(13)} ${'max'.padStart(8)}`,
    ...recoveries(result.rounds),
    notInjected(result.rounds, kinds),
    '',
    ...violations.map((violation) => `VIOLATION ${violation}`),
    `${violations.length === 0 ? 'no violation' : `${violations.length} violations`}; logs of the processes in ${result.logs}`,
  ]
  return lines.join('\n')
}

function agreement({ ours, different, ids, doubled }: TopicComparison): string {
  return `our reader ${ours}, different ${different}, event ids ${ids}, doubled ${doubled.length}`
}

function explanations({ calls }: ChaosResult): string {
  const { byKill, byOrphan, byOperator, unexplained } = calls
  return `caller killed ${byKill}, recorded orphan ${byOrphan}, operator ${byOperator}, unexplained ${unexplained.length}`
}

/** A round of two faults counts under each of them. */
export function recoveries(rounds: readonly Round[]): string[] {
  const byKind = Map.groupBy(
    rounds.flatMap(({ kinds, recoveredMs }) => kinds.map((kind) => ({ kind, recoveredMs }))),
    ({ kind }) => kind,
  )
  return [...byKind].sort().map(([kind, times]) => {
    const sorted = times.map(({ recoveredMs }) => recoveredMs).sort((a, b) => a - b)
    const p50 = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
    const max = sorted.at(-1) ?? 0
    return `${kind.padEnd(40)} ${String(times.length).padStart(5)} ${inSeconds(p50).padStart(13)} ${inSeconds(max).padStart(8)}`
  })
}

export function notInjected(rounds: readonly Round[], kinds: readonly string[]): string {
  const injected = new Set(rounds.flatMap((round) => round.kinds))
  const missing = kinds.filter((kind) => !injected.has(kind))
  return missing.length === 0 ? 'every kind was injected' : `NOT injected in this run: ${missing.join(', ')}`
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

function row(name: string, value: number, note = ''): string {
  return `${name.padEnd(40)} ${String(value).padStart(9)}   ${note}`.trimEnd()
}

function shortName(topic: string): string {
  return topic.slice(topic.indexOf('.') + 1)
}
