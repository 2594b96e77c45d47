import type { StepVerdict } from '@leadline/connectors'
import { LeadlineError } from '@leadline/domain'
import type { Random } from '../kernel/random.ts'
import type { CallMix } from '../plan.ts'

export type Answer = StepVerdict | { readonly throws: unknown }

const shortPausesMs = [null, null, 500, 20_000, 90_000] as const

/** What the outside says to one call. */
export function answerByChance(random: Random, mix: CallMix): Answer {
  let dice = random.next()
  const takes = (share: number): boolean => {
    dice -= share
    return dice < 0
  }
  if (takes(mix.failure)) return verdict({ type: 'failure', reason: 'declined', appended: {}, reference: null }, 'failure')
  if (takes(mix.stop)) return verdict({ type: 'stop', reason: 'not wanted' }, 'stop')
  if (takes(mix.error)) return errorVerdict({ retryable: true, retryAfterMs: random.pick(shortPausesMs) })
  if (takes(mix.refused)) return errorVerdict({ retryable: false, retryAfterMs: random.pick(shortPausesMs) })
  if (takes(mix.throws)) return { throws: thrown(random) }
  if (takes(mix.pause)) return errorVerdict({ retryable: true, retryAfterMs: random.int(2, 6) * 3_600_000 })
  const appended = takes(mix.large) ? { blob: 'x'.repeat(70_000) } : { ok: true, text: 'y'.repeat(random.int(0, 300)) }
  return verdict({ type: 'success', appended, price: random.int(0, 9), reference: null }, 'success')
}

function verdict(conclusion: StepVerdict['conclusion'], rule: string): StepVerdict {
  return { conclusion, rule, destination: 'partner:443', exchange: null }
}

function errorVerdict({ retryable, retryAfterMs }: { retryable: boolean; retryAfterMs: number | null }): StepVerdict {
  const code = retryable ? 'DESTINATION_UNAVAILABLE' : 'DESTINATION_REFUSED_DATA'
  const error = { code, class: 'system', retryable, reason: 'no answer', retryAfterMs } as const
  return verdict({ type: 'error', error }, 'error')
}

function thrown(random: Random): unknown {
  switch (random.int(1, 3)) {
    case 1:
      return undefined
    case 2:
      return new LeadlineError('LOG_UNAVAILABLE', 'away')
    default:
      return new Error('a defect')
  }
}
