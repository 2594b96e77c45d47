import type { LeadId } from '@leadline/domain'
import type { LeadReceived } from '@leadline/events'
import type { Flow } from '@leadline/flows'
import { type RuleAnswer, withinHours } from '@leadline/language'
import { complete } from './advance.ts'
import type { Draft } from './draft.ts'
import { type GatedLead, receivedView } from './received-view.ts'
import { firstWalk } from './start-walk.ts'

/** Why a lead ends before its first step; a rule of ours names the gate. */
export interface Refusal {
  readonly rule: 'acceptance' | 'duplicate' | 'cap' | 'hours'
  readonly reason: string
}

/** Whether the flow and the source take the lead; undefined when they do. */
export function refusedByCriteria(flow: Flow, lead: GatedLead, view = receivedView(flow, lead)): Refusal | undefined {
  const acceptance = flow.gates.get(lead.source)?.acceptance ?? null
  return acceptance === null ? undefined : refusalBy('acceptance', acceptance(view()))
}

/** What the lead costs, before a step says otherwise; null when no price is known. */
export function priceOfLead(flow: Flow, lead: GatedLead, view = receivedView(flow, lead)): number | null {
  const pricing = flow.gates.get(lead.source)?.pricing ?? null
  return pricing === null ? null : pricing(view())
}

/** Whether the lead was received out of hours; undefined when it was not. */
export function refusedByHours(
  flow: Flow,
  { source, receivedAt }: Pick<GatedLead, 'source' | 'receivedAt'>,
): Refusal | undefined {
  const hours = flow.gates.get(source)?.hours ?? null
  return hours === null ? undefined : refusalBy('hours', withinHours(hours, receivedAt))
}

/** A lead that a gate refuses ends as a failure. */
export function refuseLead(flow: Flow, received: LeadReceived, refusal: Refusal, now: number): Draft[] {
  return [complete(flow, firstWalk(flow, received), { outcome: 'failure', step: null, ...refusal }, now)]
}

/** A lead equal to an earlier one within the flow's window: it names that one. */
export function refuseDuplicate(flow: Flow, received: LeadReceived, earlier: LeadId, now: number): Draft[] {
  const walk = { ...firstWalk(flow, received), appended: JSON.stringify({ duplicate: { lead_id: earlier } }) }
  return [complete(flow, walk, { outcome: 'failure', reason: 'Duplicate lead', step: null, rule: 'duplicate' }, now)]
}

function refusalBy(rule: Refusal['rule'], answer: RuleAnswer): Refusal | undefined {
  return answer.type === 'pass' ? undefined : { rule, reason: answer.reason }
}
