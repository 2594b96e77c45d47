import type { Json, OutcomeType } from '@leadline/domain'
import type { Step } from '@leadline/flows'
import type { TimelineEvent } from '@leadline/store'

/** How a step ended, for a replay to build on. */
export interface StepResult {
  readonly outcome: OutcomeType
  readonly reason: string | null
  readonly price: number | null
  /** What it added; undefined when nothing. */
  readonly appended: Json | undefined
}

export type StepHistory = ReadonlyMap<string, StepResult>

/** The result of each step over all generations: its last success, else its last answer or error. */
export function readStepHistory(events: readonly TimelineEvent[]): StepHistory {
  const results = new Map<string, StepResult>()
  for (const event of events) {
    if (event.step === null || event.outcome === null || !attempts.has(event.type)) continue
    // What was delivered once stays delivered, whatever a later try said.
    if (event.outcome !== 'success' && results.get(event.step)?.outcome === 'success') continue
    results.set(event.step, resultOf(event, event.outcome))
  }
  return results
}

/** The state of a walk that takes the results of `kept` over, and stands behind those of them that are in `passed`. */
export function resumeFrom(history: StepHistory, kept: readonly Step[], passed: readonly Step[]) {
  const results = kept.flatMap((step) => {
    const result = history.get(step.name)
    return result === undefined ? [] : [{ step, ...result }]
  })
  const last = results.findLast(({ step }) => step.role === 'decides' && passed.includes(step))
  const appended = results
    .filter((result) => result.appended !== undefined)
    .map((result) => [result.step.append, result.appended])
  return {
    price: results.findLast(({ price }) => price !== null)?.price ?? null,
    lastOutcome: last?.outcome ?? null,
    lastReason: last?.reason ?? null,
    lastStep: last?.step.name ?? null,
    appended: JSON.stringify(Object.fromEntries(appended)),
  }
}

const attempts = new Set(['step.succeeded', 'step.failed', 'step.errored'])

function resultOf({ reason, details }: TimelineEvent, outcome: OutcomeType): StepResult {
  const { price, appended } = details
  return { outcome, reason, price: typeof price === 'number' ? price : null, appended }
}
