import { randomBytes } from 'node:crypto'
import type { StepVerdict } from '@leadline/connectors'
import { idempotencyKey, type JsonObject, newLeadId } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { stringifyJson } from '@leadline/formats'
import { acceptLead } from '@leadline/intake'
import { type RuleAnswer, sensitiveTexts } from '@leadline/language'
import { fieldsOf, firstWalk, stepView } from '@leadline/walk'

/** A lead at a step, as if it had come from the source and walked there. */
export interface TriedLead {
  readonly source: string
  readonly fields: JsonObject
  readonly appended: JsonObject
}

export interface Trial {
  /** The lead as its events keep it, and the fields that could not be read. */
  readonly lead: JsonObject
  readonly invalid: readonly string[]
  /** Texts of the lead that must not be shown. */
  readonly hidden: readonly string[]
  /** Null when the step has no rules of its own. */
  readonly when: RuleAnswer | null
  /** Null when `when` does not hold: the lead skips the step. */
  readonly verdict: StepVerdict | null
}

/** Runs one attempt of a step by the code that walks leads: mapping, types, templates, the call and the judge. */
export async function tryStep(flow: Flow, step: Step, { source, fields, appended }: TriedLead, now: number): Promise<Trial> {
  const event = acceptLead({
    flow,
    source,
    leadId: newLeadId(now, randomBytes(10)),
    fields,
    origin: 'http',
    receivedAt: now,
    traceparent: null,
  })
  const walk = { ...firstWalk(flow, event), appended: stringifyJson(appended) }
  const work: StepWork = { ...walk, step: step.name, attempt: 1, firstFailedAt: null }
  const key = idempotencyKey(work.flow, work.step, work.leadId, work.keyGeneration)
  const lead = fieldsOf(work.lead)
  const view = stepView(flow, work, { fields: lead, appended, key, now })
  const hidden = sensitiveTexts(lead, flow.fields)
  const when = step.when?.(view) ?? null
  const trial = { lead, invalid: event.invalidFields, hidden, when }
  if (when?.type === 'fail') return { ...trial, verdict: null }
  const signal = new AbortController().signal
  const call = { view, hidden: () => hidden, idempotencyKey: key, traceparent: null, attempt: 1, now: () => now, signal }
  return { ...trial, verdict: await step.action.run(call) }
}
