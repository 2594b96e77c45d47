import type { LeadId } from '@leadline/domain'
import type { LeadView, ReplayView } from '../store.ts'
import { number, outcomes, textOrNull } from './columns.ts'
import { readOrder, readSummary, readTimelineEvent } from './read-rows.ts'
import type { Statements } from './statements.ts'

export function readLead(statements: Statements, leadId: LeadId): LeadView | undefined {
  const row = statements.get('SELECT * FROM leads WHERE lead_id = ?').get(leadId)
  if (row === undefined) return undefined
  const rows = statements.get(timelineSql).all(leadId)
  const completed = rows.findLast(({ type }) => type === 'lead.completed')
  return {
    ...readSummary(row),
    lead: textOrNull(row, 'lead') ?? '{}',
    appended: (completed && textOrNull(completed, 'appended')) ?? '{}',
    events: rows.map(readTimelineEvent),
  }
}

export function readReplay(statements: Statements, replayId: string): ReplayView | undefined {
  const row = statements.get('SELECT * FROM replays WHERE replay_id = ?').get(replayId)
  if (row === undefined) return undefined
  const ended = new Map(
    statements
      .get(endedSql)
      .all(replayId)
      .map((count) => [count['outcome'], number(count, 'leads')]),
  )
  const [success, failure, error] = outcomes.map((outcome) => ended.get(outcome) ?? 0)
  return { ...readOrder(row), ended: { success: success ?? 0, failure: failure ?? 0, error: error ?? 0 } }
}

// Copies of a received event with another id, and repeated leads, share (0, 0): time and id settle their order.
const timelineSql = 'SELECT * FROM events WHERE lead_id = ? ORDER BY generation, seq, at, event_id'

const endedSql = `
SELECT outcome, COUNT(DISTINCT lead_id) AS leads FROM events
WHERE replay_id = ? AND type = 'lead.completed' GROUP BY outcome`
