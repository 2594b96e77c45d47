import { createHash } from 'node:crypto'
import type { OutcomeType } from '@leadline/domain'
import type { Breakdown, LeadQuery, LeadStatus, StoreDigest } from '../store.ts'
import { number, oneOf, outcomeOrNull, outcomes, statuses, text } from './columns.ts'
import { leadFilter } from './lead-filter.ts'
import type { Statements } from './statements.ts'

export function countLeads(statements: Statements, query: LeadQuery): number {
  const { sql, values } = leadFilter(query)
  const row = statements.get(`SELECT COUNT(*) AS leads FROM leads l WHERE ${sql}`).get(...values)
  return row === undefined ? 0 : number(row, 'leads')
}

export function breakDown(statements: Statements, query: LeadQuery): Breakdown {
  const { sql, values } = leadFilter(query)
  const groups = statements
    .get(`SELECT status, outcome, COUNT(*) AS leads FROM leads l WHERE ${sql} GROUP BY status, outcome`)
    .all(...values)
    .map((row) => ({
      status: oneOf(row, 'status', statuses),
      outcome: outcomeOrNull(row, 'outcome'),
      leads: number(row, 'leads'),
    }))
  const withStatus = (status: LeadStatus) => sum(groups.filter((group) => group.status === status))
  const withOutcome = (outcome: OutcomeType) => sum(groups.filter((group) => group.outcome === outcome))
  return {
    leads: sum(groups),
    byStatus: {
      queued: withStatus('queued'),
      running: withStatus('running'),
      retrying: withStatus('retrying'),
      completed: withStatus('completed'),
    },
    byOutcome: { success: withOutcome('success'), failure: withOutcome('failure'), error: withOutcome('error') },
    steps: statements
      .get(stepsSql(sql))
      .all(...values)
      .map((row) => ({
        step: text(row, 'step'),
        outcome: oneOf(row, 'outcome', outcomes),
        leads: number(row, 'leads'),
      })),
  }
}

function stepsSql(condition: string): string {
  return `
SELECT t.step, t.outcome, COUNT(DISTINCT t.lead_id) AS leads
FROM leads l JOIN lead_steps t ON t.lead_id = l.lead_id WHERE ${condition}
GROUP BY t.step, t.outcome ORDER BY t.step, t.outcome`
}

const tables = [
  { name: 'leads', key: 'lead_id' },
  { name: 'lead_steps', key: 'lead_id, generation, step' },
  { name: 'events', key: 'lead_id, event_id' },
  { name: 'replays', key: 'replay_id' },
] as const

/** Reads everything: for a command, not for a running service. */
export function digest(statements: Statements): StoreDigest {
  const hash = createHash('sha256')
  const counts = tables.map(({ name, key }) => {
    let rows = 0
    for (const row of statements.get(`SELECT * FROM ${name} ORDER BY ${key}`).iterate()) {
      hash.update(JSON.stringify(Object.values(row)))
      rows += 1
    }
    hash.update(`${name} ${rows}\n`)
    return rows
  })
  return { sha256: hash.digest('hex'), leads: counts[0] ?? 0, events: counts[2] ?? 0 }
}

function sum(groups: readonly { readonly leads: number }[]): number {
  return groups.reduce((total, { leads }) => total + leads, 0)
}
