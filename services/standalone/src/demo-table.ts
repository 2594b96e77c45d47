import type { LeadView } from '@leadline/store'

/** What became of the demo's leads, as lines for a terminal. */
export function demoTable(leads: readonly LeadView[]): string {
  const of = (outcome: string): LeadView[] => leads.filter((lead) => lead.outcome === outcome)
  const retried = leads.filter((lead) => lead.events.some((event) => event.type === 'retry.scheduled'))
  const attempts = leads.flatMap((lead) =>
    lead.events.filter((event) => event.attempt !== null && event.type !== 'retry.scheduled'),
  )
  const calls = attempts.flatMap((event) =>
    event.durationMs === null || event.details['destination'] == null ? [] : [event.durationMs],
  )
  const walks = leads.flatMap((lead) => (lead.completedAt === null ? [] : [lead.completedAt - lead.receivedAt]))
  const rows: [string, string][] = [
    ['accepted', String(leads.length)],
    ['success', String(of('success').length)],
    ...byReason('failure', of('failure')),
    ...byReason('error', of('error')),
    [
      'retried',
      `${retried.length} leads, ${leads.flatMap((lead) => lead.events).filter((event) => event.type === 'retry.scheduled').length} retries`,
    ],
    ['calls', `${calls.length}   p50 ${percentile(calls, 0.5)}   p95 ${percentile(calls, 0.95)}`],
    ['accepted to completed', `p50 ${percentile(walks, 0.5)}   p95 ${percentile(walks, 0.95)}`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

/** One row for the outcome, and one for each of its reasons, most frequent first. */
function byReason(outcome: string, leads: readonly LeadView[]): [string, string][] {
  const counts = new Map<string, number>()
  for (const lead of leads) counts.set(lead.reason ?? 'no reason', (counts.get(lead.reason ?? 'no reason') ?? 0) + 1)
  const reasons = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]): [string, string] => [`  ${reason}`, String(count)])
  return [[outcome, String(leads.length)], ...reasons]
}

function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  if (value === undefined) return '–'
  return value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`
}
