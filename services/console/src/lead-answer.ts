import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'
import type { Flows } from '@leadline/flows'
import { rereadJson } from '@leadline/formats'
import { maskLeadText, standardFieldTypes } from '@leadline/language'
import type { LeadSummary, LeadView, TimelineEvent } from '@leadline/store'

/** A lead in a list. */
export function summaryAnswer(lead: LeadSummary): JsonObject {
  const { leadId, flow, flowVersion, source, generation, status, outcome, reason, price, step } = lead
  return {
    ...{ leadId, flow, flowVersion, source, generation, status, outcome, reason, price, step },
    receivedAt: isoTime(lead.receivedAt),
    completedAt: lead.completedAt === null ? null : isoTime(lead.completedAt),
    retry: lead.retry && { ...lead.retry, dueAt: isoTime(lead.retry.dueAt) },
  }
}

/** A lead with all that happened to it. */
export function leadAnswer(lead: LeadView, flows: Flows): JsonObject {
  return {
    ...summaryAnswer(lead),
    lead: rereadJson(maskLeadText(lead.lead, flows.byName.get(lead.flow)?.fields ?? standardFieldTypes)),
    appended: appendedSoFar(lead, flows),
    events: lead.events.map(eventAnswer),
  }
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** Fields that an event has nothing to say about are left out. */
function eventAnswer(event: TimelineEvent): JsonObject {
  const { type, at, generation, seq, step, attempt, outcome, reason, rule, durationMs, details, eventId, coordinates } = event
  const { dueAt, ...rest } = details
  return {
    ...{ type, at: isoTime(at), generation, seq },
    ...present({ step, attempt, outcome, reason, rule, durationMs }),
    ...rest,
    ...(typeof dueAt === 'number' && { dueAt: isoTime(dueAt) }),
    ...{ eventId, coordinates: { ...coordinates } },
  }
}

/** As completed; while the lead is on its way, with what steps have added since, under their append names. */
function appendedSoFar({ flow, status, generation, appended, events }: LeadView, flows: Flows): JsonObject {
  const completed = rereadJson(appended)
  const known = isJsonObject(completed) ? completed : {}
  if (status === 'completed') return known
  const appendNames = new Map(flows.byName.get(flow)?.steps.map((step) => [step.name, step.append]))
  const added = events
    .filter((event) => event.generation === generation && event.step !== null && event.details['appended'] !== undefined)
    .map((event): [string, Json] => [appendNames.get(event.step ?? '') ?? event.step ?? '', event.details['appended'] ?? null])
  return { ...known, ...Object.fromEntries(added) }
}

function present(fields: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
