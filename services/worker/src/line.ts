import type { ProcessContext, StateChange } from '@leadline/engine'
import type { StepWork } from '@leadline/events'
import type { Step } from '@leadline/flows'

/** The leads of one order key that wait at a step that says `follow`, first come first; kept as state of the lane. */
export interface Line {
  readonly key: string
  readonly places: readonly Place[]
}

interface Place {
  readonly leadId: string
  /** When the lead comes back, milliseconds since 1970. */
  readonly dueAt: number
}

const keptMs = 30 * 86_400_000
const soonMs = 500
const longestLookMs = 30_000

/** The line that work belongs to; undefined when its step lets leads overtake, or the lead is on its own. */
export function readLine(step: Step, work: StepWork, { state, now }: Pick<ProcessContext, 'state' | 'now'>): Line | undefined {
  if (step.order === 'overtake' || work.orderKey === null) return undefined
  const key = `line:${work.flow}:${work.step}:${work.orderKey}`
  const entry = state.get(key, now())
  const kept: { leads?: unknown; dueAts?: unknown } = entry === undefined ? {} : JSON.parse(entry.value)
  const leads = Array.isArray(kept.leads) ? kept.leads.map(String) : []
  const dueAts = Array.isArray(kept.dueAts) ? kept.dueAts.map(Number) : []
  return { key, places: leads.map((leadId, index) => ({ leadId, dueAt: dueAts[index] ?? 0 })) }
}

/** Somebody else is first in the line. */
export function mustFollow({ places: [first] }: Line, leadId: string): boolean {
  return first !== undefined && first.leadId !== leadId
}

/**
 * When to look whether one's turn has come: soon after whoever is first now is due, and ever more seldom while it is late, which it
 * can be by an hour when clocks differ. Looking is a walk through the log.
 */
export function lookAgainAt({ places: [first] }: Line, now: number): number {
  const dueAt = first?.dueAt ?? now
  return Math.round(Math.max(dueAt, now) + Math.min(Math.max((now - dueAt) / 2, soonMs), longestLookMs))
}

/** The lead waits now: it keeps its place, or takes the last one. */
export function joined({ key, places }: Line, leadId: string, dueAt: number, now: number): StateChange {
  const own: Place = { leadId, dueAt }
  const known = places.some((place) => place.leadId === leadId)
  const next = known ? places.map((place) => (place.leadId === leadId ? own : place)) : [...places, own]
  return { key, value: toValue(next), at: now, expiresAt: now + keptMs }
}

/** The lead is through; an empty line is forgotten at once. */
export function left({ key, places }: Line, leadId: string, now: number): StateChange[] {
  const others = places.filter((place) => place.leadId !== leadId)
  if (others.length === places.length) return []
  return [{ key, value: toValue(others), at: now, expiresAt: others.length === 0 ? now - 1 : now + keptMs }]
}

function toValue(places: readonly Place[]): string {
  return JSON.stringify({ leads: places.map(({ leadId }) => leadId), dueAts: places.map(({ dueAt }) => dueAt) })
}
