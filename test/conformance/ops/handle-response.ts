import { judgeHttpAnswer } from '@leadline/connectors'
import { isJsonObject } from '@leadline/domain'
import { answerIn } from '../answer-in.ts'
import { criteriaIn } from '../criteria-in.ts'
import type { Op } from '../op.ts'

/** What is appended, and over it what was concluded: our own words are never the body's. */
export const handleResponse: Op = (given) => {
  const { config } = given
  const { rule, conclusion } = judgeHttpAnswer(criteriaIn(isJsonObject(config) ? config : {}), answerIn(given))
  if (conclusion.type === 'error') return { outcome: 'error', reason: conclusion.error.reason, rule }
  const { type, appended, reference } = conclusion
  const own = type === 'success' ? { reason: null, price: conclusion.price ?? 0 } : { reason: conclusion.reason, price: 0 }
  return { ...appended, outcome: type, ...own, ...(reference !== null && { reference }), rule }
}
