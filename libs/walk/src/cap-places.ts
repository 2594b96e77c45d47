import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { type CapSpec, capKey } from '@leadline/language'
import type { Draft } from './draft.ts'

/** A cap that a lead comes under, and the counter that it shares with all leads of the cap's scope and period. */
export interface CapAsked {
  readonly counter: string
  readonly cap: CapSpec
}

type Capped = Pick<StepWork, 'source' | 'receivedAt'>

/** Whether leads of the flow may have to take a place somewhere; those of all other flows pay nothing. */
export function isCapped({ gates, steps }: Flow): boolean {
  return steps.some(({ caps }) => caps.length > 0) || [...gates.values()].some(({ caps }) => caps.length > 0)
}

/** Whether the leads of a source take a place before their first step, whatever step that is. */
export function hasCaps(flow: Flow, source: string): boolean {
  return capsOfGates(flow, source).length > 0
}

/** The caps of the lead's source and flow, by the time at which it was received, in the order in which they are asked. */
export function capsOfLead(flow: Flow, lead: Capped): readonly CapAsked[] {
  return capsOfGates(flow, lead.source).map((cap) => asked(cap, flow, lead, ''))
}

/** The caps of a step. */
function capsOfStep(flow: Flow, step: Step, lead: Capped): readonly CapAsked[] {
  return step.caps.map((cap) => asked(cap, flow, lead, step.name))
}

/** A walk that begins: before its first step it takes a place under each cap of its source, its flow and that step. */
export function enterCaps(flow: Flow, drafts: readonly Draft[]): readonly Draft[] {
  return drafts.map((draft) => (draft.type === 'work' ? takeOrGoOn(capsFor(flow, draft.event), draft) : draft))
}

/**
 * A walk that goes on: a next step with caps asks for its places; a step that did not succeed, or was skipped by its own rules, gives back its
 * own, and a lead that did not succeed all that are left.
 */
export function passCaps(flow: Flow, drafts: readonly Draft[]): readonly Draft[] {
  return drafts.flatMap((draft) =>
    draft.type === 'work' ? [takeOrGoOn(stepCapsFor(flow, draft.event), draft)] : [draft, ...givenBackWith(flow, draft, drafts)],
  )
}

function givenBackWith(flow: Flow, draft: Draft, drafts: readonly Draft[]): readonly Draft[] {
  switch (draft.type) {
    case 'outcome':
      return draft.event.outcome === 'success' ? [] : giveBack(stepCapsFor(flow, draft.event), draft.event)
    case 'completed':
      return draft.event.outcome === 'success' ? [] : giveBack(capsOfLead(flow, draft.event), draft.event)
    case 'activity': {
      const { type, rule, step } = draft.event
      if (type !== 'step.skipped' || rule === 'already-succeeded' || step === null) return []
      const onward = drafts.find((other) => other.type === 'work' || other.type === 'completed')
      return onward === undefined ? [] : giveBack(stepCapsFor(flow, { ...onward.event, step }), draft.event)
    }
    case 'work':
    case 'take-place':
    case 'give-back-place':
    case 'retry':
    case 'dead-letter':
      return []
  }
}

/** Everything that work comes under at the beginning of a walk. */
export function capsFor(flow: Flow, work: Capped & { readonly step: string }): readonly CapAsked[] {
  return [...capsOfLead(flow, work), ...stepCapsFor(flow, work)]
}

function stepCapsFor(flow: Flow, work: Capped & { readonly step: string }): readonly CapAsked[] {
  const step = flow.steps.find(({ name }) => name === work.step)
  return step === undefined ? [] : capsOfStep(flow, step, work)
}

/** The next of the caps is asked for a place; with none left the work goes on. */
export function takeOrGoOn([first]: readonly CapAsked[], work: Draft & { readonly type: 'work' }): Draft {
  return first === undefined ? work : { type: 'take-place', counter: first.counter, event: work.event }
}

function giveBack(caps: readonly CapAsked[], { leadId, generation }: Pick<StepWork, 'leadId' | 'generation'>): Draft[] {
  return caps.map(({ counter }) => ({ type: 'give-back-place', counter, event: { leadId, generation } }))
}

function capsOfGates({ gates }: Flow, source: string): readonly CapSpec[] {
  return gates.get(source)?.caps ?? []
}

function asked(cap: CapSpec, flow: Flow, { source, receivedAt }: Capped, step: string): CapAsked {
  return { counter: capKey(cap, { flow: flow.name, source, step }, receivedAt), cap }
}
