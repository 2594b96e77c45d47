import { eventId, idempotencyKey, LeadlineError } from '@leadline/domain'
import type { Activity, ReplayOrder, Timestamp } from '@leadline/events'
import { type Flow, orderKeyOfText } from '@leadline/flows'
import type { LeadView, TimelineEvent } from '@leadline/store'
import { advance, bareActivity, type Draft, priceOfLead, type Walk } from '@leadline/walk'
import { readStepHistory, resumeFrom, type StepHistory } from './step-history.ts'

/** What an operator orders, apart from which leads. */
export type ReplayTerms = Pick<ReplayOrder, 'replayId' | 'fromStep' | 'succeededSteps' | 'idempotencyKeys'>

/**
 * The lead's next generation: `replay.started`, then what the flow does with it: steps that succeeded are passed over, the first one
 * that is left gets the work, and when none is left the lead completes without a call. Pure. Throws STEP_UNKNOWN.
 */
export function planReplay(lead: LeadView, flow: Flow, terms: ReplayTerms, at: Timestamp): Draft[] {
  const from = terms.fromStep === null ? 0 : flow.steps.findIndex(({ name }) => name === terms.fromStep)
  if (from < 0) throw new LeadlineError('STEP_UNKNOWN', `flow ${flow.name} has no step ${terms.fromStep}`)
  const history = readStepHistory(lead.events)
  const done = succeededSteps(history, terms)
  const kept = flow.steps.filter(({ name }, index) => index < from || done.has(name))
  const generation = lead.generation + 1
  const resumed = resumeFrom(history, kept, flow.steps.slice(0, from))
  const walk: Walk = {
    ...resumed,
    price: resumed.price ?? priceOfLead(flow, lead),
    leadId: lead.leadId,
    flow: flow.name,
    flowVersion: flow.version,
    source: lead.source,
    receivedAt: lead.receivedAt,
    generation,
    keyGeneration: terms.idempotencyKeys === 'new' ? generation : lastKeyGeneration(lead),
    seq: 1,
    doneSteps: [...done],
    replayId: terms.replayId,
    traceparent: traceparentOf(lead.events),
    orderKey: orderKeyOfText(flow, lead.lead),
    lead: lead.lead,
  }
  const drafts = advance(flow, walk, from, at)
  const first = drafts.find(({ type }) => type === 'work')
  return [{ type: 'activity', event: startedEvent(walk, terms, first, at) }, ...drafts]
}

/** The steps that are not called again under these terms. */
export function succeededSteps(history: StepHistory, { succeededSteps }: ReplayTerms): ReadonlySet<string> {
  if (succeededSteps === 'run') return new Set()
  return new Set([...history].flatMap(([step, { outcome }]) => (outcome === 'success' ? [step] : [])))
}

/** The generation whose keys the last call carried: a replay with new keys may have come before this one. */
function lastKeyGeneration({ leadId, flow, generation, events }: LeadView): number {
  const called = events.findLast(({ step, details }) => step !== null && typeof details['idempotencyKey'] === 'string')
  for (let candidate = generation; candidate > 0; candidate--) {
    const key = idempotencyKey(flow, called?.step ?? '', leadId, candidate)
    if (key === called?.details['idempotencyKey']) return candidate
  }
  return 0
}

function traceparentOf(events: readonly TimelineEvent[]): string | null {
  const traceparent = events.find(({ type }) => type === 'lead.received')?.details['traceparent']
  return typeof traceparent === 'string' ? traceparent : null
}

function startedEvent(walk: Walk, { replayId }: ReplayTerms, first: Draft | undefined, at: Timestamp): Activity {
  const { leadId, flow, flowVersion, source, generation, traceparent } = walk
  return {
    ...bareActivity,
    ...{ leadId, flow, flowVersion, source, generation, traceparent, replayId, at },
    eventId: eventId('replay', replayId, leadId),
    type: 'replay.started',
    seq: 0,
    step: first?.type === 'work' ? first.event.step : null,
  }
}
