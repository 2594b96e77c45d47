import { type ErrorCode, errorCodes, type Outcome } from '@leadline/domain'
import type { AnswerReading, Explain, Says } from '@leadline/language'
import type { Conclusion, OutcomeRule, StatusMatch, UnansweredWhy, When } from './outcome-rule.ts'

/** What is known of an attempt when it is judged. */
export type Facts =
  | { readonly type: 'unanswered'; readonly why: UnansweredWhy; readonly sent: boolean; readonly message: string }
  | { readonly type: 'answered'; readonly status: number; readonly reading: AnswerReading; readonly retryAfterMs: number | null }

type Answered = Facts & { readonly type: 'answered' }

export interface Judgement {
  readonly rule: string
  readonly conclusion: Outcome
}

export interface Table {
  /** First match wins; the last must hold always. */
  readonly rules: readonly OutcomeRule[]
  readonly defaultReason: string | undefined
  /** Told of each rule that is asked. */
  readonly explain?: Explain | undefined
}

/** The first rule that holds decides. Throws when none does: a connector's last rule must have an empty `when`. */
export function judge({ rules, defaultReason, explain }: Table, facts: Facts): Judgement {
  const rule = rules.find(({ id, when }) => {
    const held = holds(when, facts)
    explain?.({ type: 'question', question: `rule ${id}`, held })
    return held
  })
  if (rule === undefined) throw new Error('no outcome rule holds, not even a default')
  if (facts.type === 'unanswered') return { rule: rule.id, conclusion: unanswered(rule.conclusion, facts.message) }
  const { says } = facts.reading
  const id = rule.when.step === 'outcome' && says.rule === 'outcome' ? `${rule.id}.${says.id}` : rule.id
  return { rule: id, conclusion: conclude(rule.conclusion, facts, defaultReason) }
}

function holds(when: When, facts: Facts): boolean {
  if (facts.type === 'unanswered') {
    if (when.status !== undefined || when.step !== undefined || when.reason !== undefined) return false
    return (when.unanswered?.includes(facts.why) ?? true) && (when.sent ?? facts.sent) === facts.sent
  }
  if (when.unanswered !== undefined) return false
  if (when.status !== undefined && !when.status.some((match) => matches(match, facts.status))) return false
  if (when.step !== undefined && when.step !== facts.reading.says.rule) return false
  return when.reason === undefined || facts.reading.reason() !== undefined
}

function matches(match: StatusMatch, status: number): boolean {
  return typeof match === 'number' ? match === status : match.startsWith(String(Math.floor(status / 100)))
}

function unanswered(given: Conclusion, message: string): Outcome {
  if (given.outcome !== 'error') throw new Error('no answer can only be an error')
  return errorOf(
    given.code,
    given.reason.replaceAll('{message}', () => message),
    null,
  )
}

function conclude(given: Conclusion, facts: Answered, defaultReason: string | undefined): Outcome {
  const { reading } = facts
  const { says } = reading
  switch (given.outcome === 'as-said' ? (says.verdict ?? 'error') : given.outcome) {
    case 'success':
      return { type: 'success', appended: reading.appended(), price: reading.price(), reference: reading.reference() }
    case 'failure': {
      const reason = reading.reason() ?? saidReason(says) ?? defaultReason ?? fill(given, facts)
      return { type: 'failure', reason, appended: reading.appended(), reference: reading.reference() }
    }
    case 'error': {
      // A table's own errors speak of the call; those that the step's criteria found speak for the other side.
      const found = given.outcome === 'as-said' ? (reading.reason() ?? saidReason(says) ?? defaultReason) : undefined
      const code = given.outcome === 'error' || given.outcome === 'as-said' ? given.code : 'DESTINATION_CONTRACT'
      return errorOf(code, found ?? fill(given, facts), facts.retryAfterMs)
    }
  }
}

function saidReason(says: Says): string | undefined {
  return 'reason' in says ? says.reason : undefined
}

function errorOf(code: ErrorCode, reason: string, retryAfterMs: number | null): Outcome {
  const { class: errorClass, retryable } = errorCodes[code]
  return { type: 'error', error: { code, class: errorClass, retryable, reason, retryAfterMs } }
}

function fill(given: Conclusion, { status }: Answered): string {
  return given.outcome === 'success' ? '' : given.reason.replaceAll('{status}', String(status))
}
