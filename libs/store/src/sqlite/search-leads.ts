import { InvalidValue } from '@leadline/domain'
import type { LeadPage, LeadQuery, Page } from '../store.ts'
import { allOf, leadFilter, type SqlCondition } from './lead-filter.ts'
import { readSummary } from './read-rows.ts'
import type { Statements } from './statements.ts'

const largestPage = 500

const order = {
  'newest-first': 'ORDER BY l.received_at DESC, l.lead_id DESC',
  'by-id': 'ORDER BY l.lead_id',
} as const

/** Throws `InvalidValue` for a limit or cursor that no page had. */
export function searchLeads(statements: Statements, query: LeadQuery, page: Page): LeadPage {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > largestPage) {
    throw new InvalidValue(`limit from 1 to ${largestPage}`, String(page.limit))
  }
  const { sql, values } = allOf([leadFilter(query), ...after(page)])
  // One more than asked for tells whether there is a next page.
  const rows = statements.get(`SELECT * FROM leads l WHERE ${sql} ${order[page.order]} LIMIT ?`).all(...values, page.limit + 1)
  const leads = rows.slice(0, page.limit).map(readSummary)
  const last = leads.at(-1)
  if (last === undefined || rows.length <= page.limit) return { leads, nextCursor: null }
  return { leads, nextCursor: page.order === 'by-id' ? last.leadId : newestCursor(last) }
}

function after({ cursor, order }: Page): SqlCondition[] {
  if (cursor === null) return []
  if (order === 'by-id') return [{ sql: 'l.lead_id > ?', values: [cursor] }]
  const [, receivedAt, leadId] = /^(\d{1,16})_([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? []
  if (receivedAt === undefined || leadId === undefined) throw new InvalidValue('cursor', cursor)
  return [{ sql: '(l.received_at, l.lead_id) < (?, ?)', values: [Number(receivedAt), leadId] }]
}

function newestCursor({ receivedAt, leadId }: { readonly receivedAt: number; readonly leadId: string }): string {
  return Buffer.from(`${receivedAt}_${leadId}`, 'latin1').toString('base64url')
}
