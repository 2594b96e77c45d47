import { decodeAnswer } from '@leadline/formats'
import { type CriteriaSpec, compileCriteria } from '@leadline/language'
import { type Judgement, judge } from '../kit/judge.ts'
import { httpRules } from './rules.ts'

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; several `set-cookie` joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What a step with these criteria concludes of an answer, and which rule decided. Never throws. */
export function judgeHttpAnswer(criteria: CriteriaSpec, { status, headers, body }: HttpAnswer): Judgement {
  const contentType = headers['content-type']
  const answer = { status, contentType, setCookie: headers['set-cookie'], body: decodeAnswer(body, contentType) }
  const reading = compileCriteria(criteria)(answer)
  const table = { rules: httpRules, defaultReason: criteria.defaultReason }
  return judge(table, { type: 'answered', status, reading, retryAfterMs: null })
}
