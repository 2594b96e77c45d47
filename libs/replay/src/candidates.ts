import type { LeadId } from '@leadline/domain'
import type { OutgoingRecord } from '@leadline/log'
import type { EventStore, LeadQuery } from '@leadline/store'

/** One thing that a selection names. `cursor` continues after it. */
export type Candidate = { readonly cursor: string } & (
  | {
      readonly type: 'lead'
      readonly leadId: LeadId
      /** What to publish instead when no such lead ever began. */
      readonly record: OutgoingRecord | null
    }
  | { readonly type: 'record'; readonly record: OutgoingRecord }
)

export interface CandidatePage {
  readonly candidates: readonly Candidate[]
  /** null: the selection is exhausted. */
  readonly nextCursor: string | null
}

/** Completed leads that match, by id, so that a lead that changes while the replay runs neither moves nor repeats. */
export async function leadCandidates(
  store: EventStore,
  query: LeadQuery,
  cursor: string | null,
  limit: number,
): Promise<CandidatePage> {
  const page = await store.searchLeads({ ...query, status: 'completed' }, { limit, cursor, order: 'by-id' })
  const candidates = page.leads.map(({ leadId }) => ({ type: 'lead', leadId, record: null, cursor: leadId }) as const)
  return { candidates, nextCursor: page.nextCursor }
}
