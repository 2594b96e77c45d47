import type { Activity, DeadLetter, LeadCompleted, StepOutcome } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import type { Report } from './violation.ts'

/** Everything the log says of one lead and generation. */
export interface WalkEvents {
  readonly outcomes: readonly StepOutcome[]
  readonly completed: readonly LeadCompleted[]
  readonly activity: readonly Activity[]
  readonly deadLetters: readonly DeadLetter[]
}

/** One walk from its first step to its end: one outcome per step reached, one record per attempt, one completion. */
export function checkWalk(flow: Flow, walk: WalkEvents, report: Report): void {
  const { outcomes, completed } = walk
  const reached: StepOutcome[] = []
  for (const step of flow.steps) {
    const ofStep = outcomes.filter((outcome) => outcome.step === step.name)
    const [outcome] = ofStep
    if (ofStep.length !== 1 || outcome === undefined) return report('wrong outcome', `${ofStep.length} outcomes of ${step.name}`)
    reached.push(outcome)
    checkAttempts(step, outcome, { walk, report })
    if (endsAt(step, outcome)) break
  }
  if (outcomes.length !== reached.length) report('wrong outcome', `${outcomes.length} outcomes, ${reached.length} steps reached`)
  if (completed.length !== 1) report('wrong outcome', `${completed.length} completions`)
  checkNumbers(walk, report)
}

function checkAttempts(
  step: Step,
  { attempt, outcome }: StepOutcome,
  { walk, report }: { walk: WalkEvents; report: Report },
): void {
  const ofStep = walk.activity.filter((event) => event.step === step.name)
  const counted = ofStep.filter(({ type, rule }) => type === 'retry.scheduled' && rule === null)
  const made = new Set(ofStep.filter(({ type }) => type !== 'retry.scheduled').map((event) => event.attempt))
  if (attempt > step.retry.maxAttempts)
    report('wrong outcome', `${attempt} attempts of ${step.retry.maxAttempts} at ${step.name}`)
  if (made.size !== attempt) report('wrong activity', `attempts ${[...made].join()} of ${attempt} at ${step.name}`)
  if (counted.length !== attempt - 1) report('wrong activity', `${counted.length} retries of ${attempt} attempts at ${step.name}`)
  const deadLetters = walk.deadLetters.filter((letter) => letter.step === step.name).length
  if (deadLetters !== (outcome === 'error' ? 1 : 0))
    report('wrong outcome', `${deadLetters} dead letters of ${outcome} at ${step.name}`)
}

/** The events of a walk are numbered without a gap: every attempt that was committed is there, once. */
function checkNumbers({ activity, completed, deadLetters }: WalkEvents, report: Report): void {
  const told = activity.filter(({ type }) => type !== 'lead.repeated')
  const numbers = [...told, ...completed, ...deadLetters].map(({ seq }) => seq).sort((a, b) => a - b)
  const wrong = numbers.findIndex((seq, index) => seq !== index + 1)
  if (wrong >= 0) report('wrong activity', `event numbers ${numbers.join()}`)
}

function endsAt(step: Step, { outcome, rule }: StepOutcome): boolean {
  switch (outcome) {
    case 'success':
      return false
    case 'failure':
      return rule === 'stop' || step.onFailure === 'stop'
    case 'error':
      return step.onError === 'stop'
  }
}
