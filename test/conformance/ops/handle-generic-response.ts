import { judgeHttpAnswer } from '@leadline/connectors'
import { isJsonObject } from '@leadline/domain'
import { answerIn } from '../answer-in.ts'
import { verdictIn } from '../criteria-in.ts'
import type { Op } from '../op.ts'

/** What is appended, with the reason that it may have, and over it what was concluded. */
export const handleGenericResponse: Op = (given) => {
  const { config } = given
  const defaultOutcome = isJsonObject(config) ? verdictIn(config['default_outcome']) : undefined
  const { rule, conclusion } = judgeHttpAnswer({ generic: { defaultOutcome } }, answerIn(given))
  if (conclusion.type === 'error') return { outcome: 'error', reason: conclusion.error.reason, rule }
  const own = conclusion.type === 'success' ? { price: conclusion.price ?? 0 } : { reason: conclusion.reason, price: 0 }
  return { ...conclusion.appended, outcome: conclusion.type, ...own, rule }
}
