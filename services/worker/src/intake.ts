import { type LeadId, LeadlineError, parseLeadId } from '@leadline/domain'
import type { LaneState, Processor, StateChange, StateEntry } from '@leadline/engine'
import type { Codec, LeadReceived, Topics } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
import type { LogRecord } from '@leadline/log'
import {
  type Draft,
  enterCaps,
  hasCaps,
  noteRepeated,
  type Origin,
  priceOfLead,
  rawDeadLetter,
  refuseDuplicate,
  refusedByCriteria,
  refusedByHours,
  refuseLead,
  startWalk,
  strandedLead,
  toRecord,
} from '@leadline/walk'

export interface IntakeTools {
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
  /** Told of every decision that is on its way into the log. */
  readonly decided: (drafts: readonly Draft[]) => void
}

/** How long a lead id is remembered: a client that sends a lead again after this long makes a second one. */
export const repeatWindowMs = 24 * 3_600_000

interface Admission {
  readonly drafts: readonly Draft[]
  readonly state: readonly StateChange[]
}

/**
 * Starts the walk of each received lead, once: a repeated lead id is dropped; what the flow does not take, a duplicate by its dedupe key, and
 * what came out of hours end as failures. Leads under caps ask for their places first.
 * Possible duplicates share a key and so a lane; what the lane remembers is its state, exact across workers, rebalances and restarts.
 */
export function intakeProcessor({ flows, codec, topics, now, decided }: IntakeTools): Processor {
  function toRecords(drafts: readonly Draft[]) {
    decided(drafts)
    return drafts.map((draft) => toRecord(draft, { codec, topics }))
  }

  return {
    name: 'intake',
    topics: [topics.received],
    stateTopic: topics.state('intake'),
    process: async (record, context) => {
      const received = await codec.decode('lead-received', record.value ?? Buffer.alloc(0))
      const flow = flows.byName.get(received.flow)
      const { drafts, state } =
        flow === undefined ? strand(received, record, now()) : admit(flow, received, context.state, { record, now: now() })
      return { records: toRecords(drafts), state }
    },
    poisoned: (record, error) => ({
      records: toRecords([{ type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }]),
    }),
  }
}

/** Memory is kept by log time, which only grows along a partition; whether two leads are duplicates is judged by when they were received. */
function admit(
  flow: Flow,
  received: LeadReceived,
  state: LaneState,
  { record, now }: { record: LogRecord; now: number },
): Admission {
  const idKey = `id:${received.leadId}`
  const at = record.timestamp
  const known = state.get(idKey, at)
  if (known !== undefined) {
    const coordinates = `${record.topic}/${record.partition}/${record.offset}`
    return { drafts: noteRepeated(received, coordinates, { bodyDigest: known.value }, now), state: [] }
  }
  const remembered: StateChange = { key: idKey, value: received.bodyDigest, at, expiresAt: at + repeatWindowMs }
  const refusal = refusedByCriteria(flow, received)
  if (refusal !== undefined) return { drafts: refuseLead(flow, received, refusal, now), state: [remembered] }

  const earlier = earlierEqual(flow, received, state, at)
  if (earlier !== undefined) return { drafts: refuseDuplicate(flow, received, earlier, now), state: [remembered] }

  const closed = refusedByHours(flow, received)
  // Caps come before hours: their lane tells a lead that came out of hours.
  if (closed !== undefined && !hasCaps(flow, received.source)) {
    return { drafts: refuseLead(flow, received, closed, now), state: [remembered] }
  }
  const drafts = enterCaps(flow, startWalk(flow, received, priceOfLead(flow, received), now))
  // An equal lead that comes in hours is no duplicate of one that did not.
  return { drafts, state: closed === undefined ? [remembered, ...passedOn(flow, received, at)] : [remembered] }
}

/** The lead that an equal one passed as, within the flow's window. Event time decides, so that a replayed backlog is judged as it was. */
function earlierEqual(flow: Flow, received: LeadReceived, state: LaneState, at: number): LeadId | undefined {
  const key = duplicateKey(flow, received)
  const earlier = key === null ? undefined : readPassed(state.get(key, at))
  if (flow.dedupe === null || earlier === undefined) return undefined
  return Math.abs(received.receivedAt - earlier.receivedAt) <= flow.dedupe.windowMs ? earlier.leadId : undefined
}

/** The window runs from the lead that passed. */
function passedOn(flow: Flow, received: LeadReceived, at: number): readonly StateChange[] {
  const key = duplicateKey(flow, received)
  if (key === null || flow.dedupe === null) return []
  // Twice the window: under load leads can reach the log further apart than they were received.
  return [{ key, value: `${received.leadId}@${received.receivedAt}`, at, expiresAt: at + 2 * flow.dedupe.windowMs }]
}

function duplicateKey({ name, dedupe }: Flow, { dedupeKey }: LeadReceived): string | null {
  return dedupe === null || dedupeKey === null ? null : `duplicate:${name}:${dedupeKey}`
}

function readPassed(entry: StateEntry | undefined): { leadId: LeadId; receivedAt: number } | undefined {
  if (entry === undefined) return undefined
  const [leadId = '', receivedAt] = entry.value.split('@')
  return { leadId: parseLeadId(leadId), receivedAt: receivedAt === undefined ? entry.at : Number(receivedAt) }
}

/** Accepted is never lost: a lead whose flow is not installed here waits in dead letters for an operator. */
function strand(received: LeadReceived, origin: Origin, now: number): Admission {
  const error = new LeadlineError('FLOW_UNKNOWN', `no flow ${JSON.stringify(received.flow)} is installed`)
  return { drafts: [{ type: 'dead-letter', event: strandedLead(received, origin, error, now) }], state: [] }
}
