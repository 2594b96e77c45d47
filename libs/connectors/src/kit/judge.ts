import { errorCodes, type Json, type Outcome } from '@leadline/domain'
import type { Criteria } from './criteria.ts'
import type { Conclusion, OutcomeRule, StatusMatch, StepSays, UnansweredWhy, When } from './outcome-rule.ts'
import { appendedOf } from './read-answer.ts'

/** What is known of an attempt when it is judged. */
export type Facts =
  | { readonly type: 'unanswered'; readonly why: UnansweredWhy; readonly sent: boolean; readonly message: string }
  | { readonly type: 'answered'; readonly status: number; readonly body: Json | undefined; readonly retryAfterMs: number | null }

export interface Judgement {
  readonly rule: string
  readonly conclusion: Outcome
}

/** The first rule that holds decides. Throws when none does: a connector's last rule must have an empty `when`. */
export function judge(rules: readonly OutcomeRule[], facts: Facts, criteria: Criteria): Judgement {
  const answered = facts.type === 'answered'
  const known: Known = {
    facts,
    says: answered ? criteria.says(facts.status, facts.body) : 'nothing',
    reason: answered ? criteria.reason(facts.body) : undefined,
  }
  const rule = rules.find(({ when }) => holds(when, known))
  if (rule === undefined) throw new Error('no outcome rule holds, not even a default')
  return { rule: rule.id, conclusion: conclude(rule.conclusion, known, criteria) }
}

interface Known {
  readonly facts: Facts
  readonly says: StepSays
  readonly reason: string | undefined
}

function holds(when: When, { facts, says, reason }: Known): boolean {
  if (facts.type === 'unanswered') {
    if (when.status !== undefined || when.step !== undefined || when.reason !== undefined) return false
    return (when.unanswered?.includes(facts.why) ?? true) && (when.sent ?? facts.sent) === facts.sent
  }
  if (when.unanswered !== undefined) return false
  if (when.status !== undefined && !when.status.some((match) => matches(match, facts.status))) return false
  if (when.step !== undefined && when.step !== says) return false
  return when.reason === undefined || reason !== undefined
}

function matches(match: StatusMatch, status: number): boolean {
  return typeof match === 'number' ? match === status : match.startsWith(String(Math.floor(status / 100)))
}

function conclude(given: Conclusion, { facts, reason }: Known, criteria: Criteria): Outcome {
  const body = facts.type === 'answered' ? facts.body : undefined
  switch (given.outcome) {
    case 'success':
      return { type: 'success', appended: appendedOf(body), price: criteria.price(body), reference: criteria.reference(body) }
    case 'failure':
      return {
        type: 'failure',
        reason: reason ?? criteria.defaultReason ?? fill(given.reason, facts),
        appended: appendedOf(body),
        reference: criteria.reference(body),
      }
    case 'error': {
      const { class: errorClass, retryable } = errorCodes[given.code]
      const retryAfterMs = facts.type === 'answered' ? facts.retryAfterMs : null
      return {
        type: 'error',
        error: { code: given.code, class: errorClass, retryable, reason: fill(given.reason, facts), retryAfterMs },
      }
    }
  }
}

function fill(text: string, facts: Facts): string {
  const status = facts.type === 'answered' ? String(facts.status) : 'nothing'
  const message = facts.type === 'unanswered' ? facts.message : ''
  return text.replaceAll('{status}', status).replaceAll('{message}', () => message)
}
