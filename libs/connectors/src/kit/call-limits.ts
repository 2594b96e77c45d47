import type { CallLimits } from '@leadline/http'

/** What a call may take when neither connector nor step says otherwise. */
export const defaultCallLimits: CallLimits = {
  connectMs: 5_000,
  firstByteMs: 30_000,
  totalMs: 30_000,
  responseBytes: 1024 * 1024,
}

const factor = 1.5
const mostMs = 60_000

/** Each attempt (1 the first) may take half as long again as the one before, up to a minute. */
export function limitsFor(limits: CallLimits, attempt: number): CallLimits {
  if (attempt <= 1) return limits
  const grown = (ms: number) => Math.round(Math.min(ms * factor ** (attempt - 1), Math.max(ms, mostMs)))
  return { ...limits, connectMs: grown(limits.connectMs), firstByteMs: grown(limits.firstByteMs), totalMs: grown(limits.totalMs) }
}
