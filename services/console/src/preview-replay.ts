import type { Flows } from '@leadline/flows'
import type { Breakdown, EventStore, StoreReports } from '@leadline/store'
import type { ReplayRequest } from './replay-request.ts'
import type { Selected } from './select-leads.ts'

/** What a replay would do. */
export interface ReplayPreview {
  /** That would start now. */
  readonly leads: number
  /** Matching, but still on their way: left out. */
  readonly running: number
  /** Named by records and not known to the event store: left out. */
  readonly unknown: number
  /** Records that never were a lead and would go back to their topics. */
  readonly records: number
  readonly byOutcome: Breakdown['byOutcome']
  readonly steps: Breakdown['steps']
  /** Calls that are not made again, by step. */
  readonly alreadySucceeded: {
    readonly calls: number
    readonly steps: readonly { readonly step: string; readonly leads: number }[]
  }
  readonly sample: readonly string[]
  /** At the ordered rate. */
  readonly durationSeconds: number
}

const sampleSize = 10

export async function previewReplay(
  request: ReplayRequest,
  { query, records, named }: Selected,
  { store, flows }: { readonly store: EventStore & StoreReports; readonly flows: Flows },
): Promise<ReplayPreview> {
  const all = await store.breakDown(query)
  const completed = { ...query, status: 'completed' } as const
  const { leads, byOutcome, steps } = await store.breakDown(completed)
  const sample = await store.searchLeads(completed, { limit: sampleSize, cursor: null, order: 'by-id' })
  const passed = stepsBefore(request, flows)
  const succeeded = steps.filter(({ step, outcome }) => outcome === 'success' && !passed.has(step))
  const skipped = request.succeededSteps === 'skip' ? succeeded : []
  return {
    leads,
    running: all.leads - leads,
    unknown: named === null ? 0 : named.length - all.leads,
    records,
    byOutcome,
    steps,
    alreadySucceeded: {
      calls: skipped.reduce((calls, step) => calls + step.leads, 0),
      steps: skipped.map(({ step, leads: count }) => ({ step, leads: count })),
    },
    sample: sample.leads.map(({ leadId }) => leadId),
    durationSeconds: Math.ceil((leads + records) / request.leadsPerSecond),
  }
}

/** Steps that a replay from `fromStep` does not come by, where one flow is meant. */
function stepsBefore({ wanted, fromStep }: ReplayRequest, flows: Flows): ReadonlySet<string> {
  const flow = wanted.type === 'leads' ? flows.byName.get(wanted.query.flow ?? '') : undefined
  const names = flow?.steps.map(({ name }) => name) ?? []
  return new Set(fromStep === null ? [] : names.slice(0, Math.max(0, names.indexOf(fromStep))))
}
