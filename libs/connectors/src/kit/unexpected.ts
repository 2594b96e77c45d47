import { errorCodes, toLeadlineError } from '@leadline/domain'
import type { StepVerdict } from '../connector.ts'

/** The verdict of an action whose own code threw: actions never reject. */
export function unexpected(thrown: unknown): StepVerdict {
  const { code, message } = toLeadlineError(thrown)
  const error = { code, ...errorCodes[code], reason: message, retryAfterMs: null }
  return { conclusion: { type: 'error', error }, rule: 'unexpected', destination: null, exchange: null }
}
