import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, FaultContext } from './fault.ts'
import type { CompletionWatch } from './watch-completions.ts'

/** One fault, or two together, and how the installation came back. */
export interface Round {
  readonly kinds: readonly string[]
  readonly lastedMs: number
  /** From the mending until every partition had completed a lead again. */
  readonly recoveredMs: number
}

export interface RoundsOptions {
  readonly plan: Iterable<readonly Fault[]>
  readonly context: Omit<FaultContext, 'tell'>
  readonly watch: CompletionWatch
  readonly endAt: number
  readonly say: (line: string) => void
  /** Those that ended well are added here. */
  readonly rounds: Round[]
}

// Ends what would never come back; how long it took is in the table.
const recoverWithinMs = 240_000
const catchUpWithinMs = 240_000

/** Injects round after round until the time is up. Throws when the product answers a fault wrongly or does not come back. */
export async function runRounds({ plan, context, watch, endAt, say, rounds }: RoundsOptions): Promise<void> {
  for (const faults of plan) {
    if (Date.now() > endAt) break
    rounds.push(await runRound(faults, { context, watch, say }))
    // Now and then everything is let come to rest, so that nothing stuck hides behind the leads that follow.
    if (rounds.length % 4 === 0) await watch.untilCaughtUp(catchUpWithinMs)
    await delay(context.random.between(500, 5_000))
  }
}

export async function runRound(
  faults: readonly Fault[],
  { context, watch, say }: Pick<RoundsOptions, 'context' | 'watch' | 'say'>,
): Promise<Round> {
  const kinds = faults.map(({ kind }) => kind)
  const startedAt = Date.now()
  await Promise.all(faults.map((fault) => fault.inject({ ...context, tell: (what) => say(`  ${fault.kind}: ${what}`) })))
  const mendedAt = Date.now()
  await watch.untilFlowing(mendedAt, recoverWithinMs).catch((cause: unknown) => {
    throw new Error(`after ${kinds.join(' + ')} completions did not flow again within ${recoverWithinMs / 1_000} s`, { cause })
  })
  const round = { kinds, lastedMs: mendedAt - startedAt, recoveredMs: Date.now() - mendedAt }
  say(
    `${kinds.join(' + ')}: lasted ${round.lastedMs} ms, recovered ${round.recoveredMs} ms later; ${watch.completed} leads completed, ${watch.open.size} open`,
  )
  return round
}
