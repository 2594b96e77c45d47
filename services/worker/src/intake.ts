import { type LeadId, LeadlineError, parseLeadId } from '@leadline/domain'
import type { LaneState, Processor, StateChange, StateEntry } from '@leadline/engine'
import type { Codec, LeadReceived, Topics } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
import type { LogRecord } from '@leadline/log'
import {
  type Draft,
  noteRepeated,
  type Origin,
  rawDeadLetter,
  refuseDuplicate,
  startWalk,
  strandedLead,
  toRecord,
} from '@leadline/walk'

export interface IntakeTools {
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly now: () => number
}

/** How long a lead id is remembered: a client that sends a lead again after this long makes a second one. */
export const repeatWindowMs = 24 * 3_600_000

interface Admission {
  readonly drafts: readonly Draft[]
  readonly state: readonly StateChange[]
}

/**
 * Starts the walk of each received lead, once: a repeated lead id is dropped, a duplicate by the flow's dedupe key ends as a failure.
 * Possible duplicates share a key and so a lane; what the lane remembers is its state, exact across workers, rebalances and restarts.
 */
export function intakeProcessor({ flows, codec, topics, now }: IntakeTools): Processor {
  return {
    name: 'intake',
    topics: [topics.received],
    stateTopic: topics.state('intake'),
    process: async (record, context) => {
      const received = await codec.decode('lead-received', record.value ?? Buffer.alloc(0))
      const flow = flows.byName.get(received.flow)
      const { drafts, state } =
        flow === undefined ? strand(received, record, now()) : admit(flow, received, context.state, { record, now: now() })
      return { records: drafts.map((draft) => toRecord(draft, { codec, topics })), state }
    },
    poisoned: (record, error) => ({
      records: [toRecord({ type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }, { codec, topics })],
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
  if (flow.dedupe === null || received.dedupeKey === null) return { drafts: startWalk(flow, received, now), state: [remembered] }

  const { windowMs } = flow.dedupe
  const key = `duplicate:${flow.name}:${received.dedupeKey}`
  const earlier = readPassed(state.get(key, at))
  // The window runs from the lead that passed; event time decides, so a replayed backlog is judged as it was.
  if (earlier !== undefined && Math.abs(received.receivedAt - earlier.receivedAt) <= windowMs) {
    return { drafts: refuseDuplicate(flow, received, earlier.leadId, now), state: [remembered] }
  }
  const value = `${received.leadId}@${received.receivedAt}`
  // Twice the window: under load leads can reach the log further apart than they were received.
  const passed: StateChange = { key, value, at, expiresAt: at + 2 * windowMs }
  return { drafts: startWalk(flow, received, now), state: [remembered, passed] }
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
