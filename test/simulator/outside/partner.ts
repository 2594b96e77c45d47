import type { StepCall, StepVerdict } from '@leadline/connectors'
import type { Host } from '../kernel/host.ts'
import type { Random } from '../kernel/random.ts'
import type { CallMix } from '../plan.ts'
import { answerByChance } from './verdicts.ts'

/** The outside world: answers, refuses, is slow, never answers, and kills processes that call for deadly leads. */
export interface Partner {
  call(host: Host, call: StepCall): Promise<StepVerdict>
  /** From now on every call is answered soon. */
  heal(): void
}

export interface PartnerOptions {
  readonly random: Random
  readonly mix: CallMix
  readonly count: (fault: string) => void
  readonly crash: (host: Host, backAfterMs: number) => void
}

export function createPartner({ random, mix, count, crash }: PartnerOptions): Partner {
  let healed = false

  function delayMs(): number {
    if (healed || !random.chance(mix.slow)) return random.int(1, 60)
    count('call: slow')
    return random.int(1_000, 40_000)
  }

  function neverAnswers({ signal }: StepCall): Promise<never> {
    count('call: stuck')
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  }

  return {
    call: (host, call) => {
      if (call.view.lead['deadly'] === true) {
        count('call: deadly')
        crash(host, 500)
        return new Promise(() => {})
      }
      if (!healed && random.chance(mix.stuck)) return neverAnswers(call)
      const answer = answerByChance(random, mix)
      if ('throws' in answer) {
        count('call: throws')
        if (random.chance(0.5)) throw answer.throws
      }
      return host.sleep(delayMs(), 'answer').then(() => {
        if ('throws' in answer) throw answer.throws
        return answer
      })
    },
    heal: () => {
      healed = true
    },
  }
}
