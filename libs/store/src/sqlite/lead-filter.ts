import type { SQLInputValue } from 'node:sqlite'
import type { LeadQuery } from '../store.ts'

export interface SqlCondition {
  readonly sql: string
  readonly values: readonly SQLInputValue[]
}

/** The condition on `leads l` that a query means. */
export function leadFilter(query: LeadQuery): SqlCondition {
  return allOf([
    ...equal('l.flow', query.flow),
    ...equal('l.source', query.source),
    ...equal('l.status', query.status),
    ...equal('l.outcome', query.outcome),
    ...equal('l.reason', query.reason),
    ...equal('l.flow_version', query.flowVersion),
    ...(query.leadIds === undefined ? [] : [oneOfIds(query.leadIds)]),
    ...(query.since === undefined ? [] : [{ sql: 'l.received_at >= ?', values: [query.since] }]),
    ...(query.until === undefined ? [] : [{ sql: 'l.received_at < ?', values: [query.until] }]),
    ...stepFilter(query),
  ])
}

export function allOf(conditions: readonly SqlCondition[]): SqlCondition {
  if (conditions.length === 0) return { sql: 'TRUE', values: [] }
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}

function stepFilter(query: LeadQuery): SqlCondition[] {
  const conditions = [
    ...equal('s.step', query.step),
    ...equal('s.outcome', query.stepOutcome),
    ...equal('s.error_class', query.errorClass),
    ...equal('s.destination', query.destination),
    ...equal('s.fingerprint', query.fingerprint),
  ]
  if (conditions.length === 0) return []
  const { sql, values } = allOf(conditions)
  // What few leads have is looked up in its index first; what most leads have is checked lead by lead, so that a page stays a page.
  const rare = query.errorClass !== undefined || query.fingerprint !== undefined || isTrouble(query)
  return rare
    ? [{ sql: `(l.lead_id, l.generation) IN (SELECT s.lead_id, s.generation FROM lead_steps s WHERE ${sql})`, values }]
    : [
        {
          sql: `EXISTS (SELECT 1 FROM lead_steps s WHERE s.lead_id = l.lead_id AND s.generation = l.generation AND ${sql})`,
          values,
        },
      ]
}

function isTrouble({ step, stepOutcome }: LeadQuery): boolean {
  return step !== undefined && (stepOutcome === 'failure' || stepOutcome === 'error')
}

function equal(column: string, value: string | undefined): SqlCondition[] {
  return value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }]
}

function oneOfIds(leadIds: readonly string[]): SqlCondition {
  return { sql: 'l.lead_id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(leadIds)] }
}
