import type { ServiceEvents } from '@leadline/service'
import type { Draft } from '@leadline/walk'

/** Counts what a worker decided. */
export function reportDecisions(events: ServiceEvents): (drafts: readonly Draft[]) => void {
  return (drafts) => {
    for (const draft of drafts) report(events, draft)
  }
}

function report(events: ServiceEvents, draft: Draft): void {
  switch (draft.type) {
    case 'activity': {
      const { type, flow, step, outcome, durationMs } = draft.event
      if (step === null) return
      if (type === 'step.skipped') events.stepConcluded({ flow, step }, 'skip')
      else if (outcome !== null) events.attempted({ flow, step }, outcome, durationMs ?? 0)
      return
    }
    case 'outcome':
      return events.stepConcluded(draft.event, draft.event.outcome)
    case 'retry':
      return events.retryScheduled(draft.event, draft.tierMs)
    case 'completed':
      return events.completed(draft.event.flow, draft.event.outcome)
    case 'dead-letter': {
      const { reason, leadId, flow, step, originTopic, originPartition, originOffset } = draft.event
      return events.deadLettered(reason, { leadId, flow, step, originTopic, originPartition, originOffset })
    }
    case 'work':
    case 'take-place':
    case 'give-back-place':
      return
  }
}
