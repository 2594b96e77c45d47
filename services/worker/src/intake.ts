import { LeadlineError, parseLeadId } from '@leadline/domain'
import type { LaneState, Processor, StateChange } from '@leadline/engine'
import type { Codec, LeadReceived, Topics } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
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
        flow === undefined
          ? strand(received, record, now())
          : admit(flow, received, context.state, { origin: record, now: now() })
      return { records: drafts.map((draft) => toRecord(draft, { codec, topics })), state }
    },
    poisoned: (record, error) => ({
      records: [toRecord({ type: 'dead-letter', event: rawDeadLetter(record, 'undecodable', error, now()) }, { codec, topics })],
    }),
  }
}

function admit(
  flow: Flow,
  received: LeadReceived,
  state: LaneState,
  { origin, now }: { origin: Origin; now: number },
): Admission {
  const idKey = `id:${received.leadId}`
  const at = received.receivedAt
  const known = state.get(idKey, at)
  if (known !== undefined) {
    const coordinates = `${origin.topic}/${origin.partition}/${origin.offset}`
    return { drafts: noteRepeated(received, coordinates, { bodyDigest: known.value }, now), state: [] }
  }
  const remembered: StateChange = { key: idKey, value: received.bodyDigest, at, expiresAt: at + repeatWindowMs }
  if (flow.dedupe === null || received.dedupeKey === null) return { drafts: startWalk(flow, received, now), state: [remembered] }

  const key = `duplicate:${flow.name}:${received.dedupeKey}`
  const earlier = state.get(key, at)
  // The window runs from the lead that passed; event time decides, so a replayed backlog is judged as it was.
  if (earlier !== undefined && Math.abs(at - earlier.at) <= flow.dedupe.windowMs) {
    return { drafts: refuseDuplicate(flow, received, parseLeadId(earlier.value), now), state: [remembered] }
  }
  const passed: StateChange = { key, value: received.leadId, at, expiresAt: at + flow.dedupe.windowMs }
  return { drafts: startWalk(flow, received, now), state: [remembered, passed] }
}

/** Accepted is never lost: a lead whose flow is not installed here waits in dead letters for an operator. */
function strand(received: LeadReceived, origin: Origin, now: number): Admission {
  const error = new LeadlineError('FLOW_UNKNOWN', `no flow ${JSON.stringify(received.flow)} is installed`)
  return { drafts: [{ type: 'dead-letter', event: strandedLead(received, origin, error, now) }], state: [] }
}
