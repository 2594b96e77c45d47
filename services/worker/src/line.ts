import type { ProcessContext, StateChange } from '@leadline/engine'
import type { StepWork } from '@leadline/events'
import type { Step } from '@leadline/flows'

/** The leads of one order key that wait at a step that says `follow`, first come first; kept as state of the lane. */
export interface Line {
  readonly key: string
  readonly leads: readonly string[]
  /** When the first of them is due, milliseconds since 1970. */
  readonly dueAt: number
}

const keptMs = 30 * 86_400_000

/** The line that work belongs to; undefined when its step lets leads overtake, or the lead is on its own. */
export function readLine(step: Step, work: StepWork, { state, now }: Pick<ProcessContext, 'state' | 'now'>): Line | undefined {
  if (step.order === 'overtake' || work.orderKey === null) return undefined
  const key = `line:${work.flow}:${work.step}:${work.orderKey}`
  const entry = state.get(key, now())
  const kept: { leads?: unknown; dueAt?: unknown } = entry === undefined ? {} : JSON.parse(entry.value)
  return { key, leads: Array.isArray(kept.leads) ? kept.leads.map(String) : [], dueAt: Number(kept.dueAt ?? 0) }
}

/** Somebody else is first in the line. */
export function mustFollow(line: Line, leadId: string): boolean {
  return line.leads.length > 0 && line.leads[0] !== leadId
}

/** The lead waits now: it keeps its place, or takes the last one. */
export function joined(line: Line, leadId: string, dueAt: number, now: number): StateChange {
  const leads = line.leads.includes(leadId) ? line.leads : [...line.leads, leadId]
  const value = JSON.stringify({ leads, dueAt: leads[0] === leadId ? dueAt : line.dueAt })
  return { key: line.key, value, at: now, expiresAt: now + keptMs }
}

/** The lead is through; an empty line is forgotten at once. */
export function left(line: Line, leadId: string, now: number): StateChange[] {
  if (!line.leads.includes(leadId)) return []
  const leads = line.leads.filter((other) => other !== leadId)
  const value = JSON.stringify({ leads, dueAt: line.dueAt })
  return [{ key: line.key, value, at: now, expiresAt: leads.length === 0 ? now - 1 : now + keptMs }]
}
