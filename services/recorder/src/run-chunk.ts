import { type LeadId, LeadlineError, toLeadlineError } from '@leadline/domain'
import type { LaneState, StateChange } from '@leadline/engine'
import type { Codec, ReplayOrder, Timestamp } from '@leadline/events'
import type { Log, OutgoingRecord } from '@leadline/log'
import {
  type Candidate,
  type CandidatePage,
  leadCandidates,
  parseSelection,
  type RecordReader,
  recordCandidates,
} from '@leadline/replay'
import type { EventStore } from '@leadline/store'
import type { RecorderReports } from './reports.ts'
import { type Found, type Start, type StartTools, startCandidate } from './start-lead.ts'

export interface ChunkTools extends StartTools {
  readonly store: EventStore
  readonly log: Log
  readonly codec: Codec
  readonly reports: RecorderReports
}

export interface ChunkContext {
  readonly state: LaneState
  readonly now: () => Timestamp
}

/** What one chunk of a replay starts, and the order for the rest. */
export interface Chunk {
  readonly records: readonly OutgoingRecord[]
  readonly state: readonly StateChange[]
  /** Leads, and records that go back to their topics. */
  readonly count: number
  readonly next: ReplayOrder
}

/** Most candidates of a chunk: all that they start is one transaction. */
const mostCandidates = 200

/** Starts the next leads of an order. Rejects with STORE_UNAVAILABLE, LOG_UNAVAILABLE, RECORD_INVALID. */
export async function runChunk(order: ReplayOrder, tools: ChunkTools, context: ChunkContext): Promise<Chunk> {
  const page = await nextPage(order, tools)
  const found = await Promise.all(page.candidates.map((candidate) => find(candidate, tools.store)))
  // From here on nothing waits, so that no other order starts one of these leads in between.
  const { starts, cursor } = fillChunk(found, order, tools, context)
  const exhausted = page.nextCursor === null && cursor === null
  return {
    records: starts.flatMap(({ records }) => records),
    state: starts.flatMap(({ state }) => state),
    count: starts.length,
    next: {
      ...order,
      cursor: cursor ?? page.nextCursor ?? order.cursor,
      started: order.started + starts.filter(({ type }) => type === 'lead').length,
      status: exhausted ? 'completed' : 'running',
      updatedAt: context.now(),
    },
  }
}

function nextPage(order: ReplayOrder, tools: ChunkTools): Promise<CandidatePage> {
  const selection = parseSelection(order.selection)
  const limit = Math.min(mostCandidates, Math.ceil(order.leadsPerSecond))
  if (selection.type === 'records') return recordCandidates(readerOf(tools), selection, order.cursor, limit)
  // What was received after the order is not meant by it.
  const until = Math.min(selection.query.until ?? Infinity, order.orderedAt)
  return leadCandidates(tools.store, { ...selection.query, until }, order.cursor, limit)
}

function readerOf({ log, codec, topics, flows, reports }: ChunkTools): RecordReader {
  return { log, codec, topics, pools: flows.pools, unreadable: reports.unreadable }
}

async function find(candidate: Candidate, store: EventStore): Promise<Found> {
  return { candidate, lead: candidate.type === 'lead' ? await store.readLead(candidate.leadId) : undefined }
}

/** The starts that fit into one transaction. `cursor` is where the next chunk goes on; null when all candidates were dealt with. */
function fillChunk(found: readonly Found[], order: ReplayOrder, tools: ChunkTools, context: ChunkContext) {
  const starts: Start[] = []
  const leadIds = new Set<LeadId>()
  // Bytes over all topics against the limit of one: simple, and never too much.
  let bytesLeft = tools.log.limits.commitBytesPerTopic
  let cursor = order.cursor
  for (const each of found) {
    const start = isNew(each, leadIds) ? tryStart(each, order, tools, context) : undefined
    const bytes = start?.records.reduce((sum, record) => sum + bytesOf(record), 0) ?? 0
    if (starts.length > 0 && bytes > bytesLeft) return { starts, cursor }
    if (start !== undefined) starts.push(start)
    bytesLeft -= bytes
    cursor = each.candidate.cursor
  }
  return { starts, cursor: null }
}

function isNew({ candidate }: Found, leadIds: Set<LeadId>): boolean {
  if (candidate.type === 'record') return true
  const isNewLead = !leadIds.has(candidate.leadId)
  leadIds.add(candidate.leadId)
  return isNewLead
}

function tryStart(found: Found, order: ReplayOrder, tools: ChunkTools, { state, now }: ChunkContext): Start | undefined {
  try {
    const start = startCandidate(found, order, tools, { state, at: now() })
    const bytes = Math.max(0, ...(start?.records.map(bytesOf) ?? []))
    if (bytes > tools.log.limits.recordBytes - 1_024) throw new LeadlineError('RECORD_TOO_LARGE', `its record has ${bytes} bytes`)
    return start
  } catch (thrown) {
    // One lead that cannot run again must not keep the others from it.
    tools.reports.passedOver(found.candidate, toLeadlineError(thrown))
    return undefined
  }
}

function bytesOf({ key, value }: OutgoingRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0)
}
