import { type LeadId, LeadlineError } from '@leadline/domain'
import type { LaneState, StateChange } from '@leadline/engine'
import type { Codec, ReplayOrder, Timestamp, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { OutgoingRecord } from '@leadline/log'
import { type Candidate, planReplay } from '@leadline/replay'
import type { LeadView } from '@leadline/store'
import { enterCaps, toRecord } from '@leadline/walk'

export interface StartTools {
  readonly codec: Pick<Codec, 'encode'>
  readonly topics: Topics
  readonly flows: Flows
}

/** A candidate and what the store knows of its lead. */
export interface Found {
  readonly candidate: Candidate
  readonly lead: LeadView | undefined
}

export interface Start {
  /** A record that never was a lead has no progress to follow. */
  readonly type: Candidate['type']
  readonly records: readonly OutgoingRecord[]
  readonly state: readonly StateChange[]
}

/** How long it is remembered that a lead was started; the store knows by then. */
const rememberedMs = 30 * 86_400_000

/** What starts the candidate's new generation; undefined when it must not start now. Throws FLOW_UNKNOWN, STEP_UNKNOWN. */
export function startCandidate(
  { candidate, lead }: Found,
  order: ReplayOrder,
  { codec, topics, flows }: StartTools,
  { state, at }: { readonly state: LaneState; readonly at: Timestamp },
): Start | undefined {
  if (lead === undefined)
    return candidate.record === null ? undefined : { type: 'record', records: [candidate.record], state: [] }
  const started = readStarted(state, lead.leadId, at)
  if (started?.replayId === order.replayId) return undefined
  // Still running: by the store, or by a replay that the store has not heard of yet.
  if (lead.status !== 'completed' || (started?.generation ?? 0) > lead.generation) return undefined
  const flow = flows.byName.get(lead.flow)
  if (flow === undefined) throw new LeadlineError('FLOW_UNKNOWN', `no flow ${JSON.stringify(lead.flow)} is installed`)
  const drafts = enterCaps(flow, planReplay(lead, flow, order, at))
  const value = `${lead.generation + 1} ${order.replayId}`
  return {
    type: 'lead',
    records: drafts.map((draft) => toRecord(draft, { codec, topics })),
    state: [{ key: stateKey(lead.leadId), value, at, expiresAt: at + rememberedMs }],
  }
}

function readStarted(state: LaneState, leadId: LeadId, at: Timestamp) {
  const [generation, replayId] = state.get(stateKey(leadId), at)?.value.split(' ') ?? []
  return generation === undefined ? undefined : { generation: Number(generation), replayId }
}

function stateKey(leadId: LeadId): string {
  return `lead:${leadId}`
}
