import { openCodec } from '@leadline/events'
import { makePlan } from './make-plan.ts'
import { runPlan } from './run-plan.ts'
import type { SeedAnswer, ShrinkAnswer } from './seed-messages.ts'
import { shrink } from './shrink.ts'

const codec = await openCodec({ encoding: 'avro' })

export async function runSeed(seed: number): Promise<SeedAnswer> {
  const { violations, faults, events, traceHash, traceTail } = await runPlan(makePlan(seed), codec)
  return {
    type: 'ran',
    seed,
    violations,
    faults: [...faults],
    events,
    traceHash,
    traceTail: violations.length > 0 ? traceTail : [],
  }
}

/** The smallest plan that breaks as the plan of this seed does. */
export async function shrinkSeed(seed: number): Promise<ShrinkAnswer> {
  const plan = makePlan(seed)
  const [first] = (await runPlan(plan, codec)).violations
  if (first === undefined) return { type: 'shrunk', seed, plan, violations: [], traceTail: [], runs: 1 }
  const { plan: smallest, result, runs } = await shrink(plan, first.kind, (candidate) => runPlan(candidate, codec))
  return { type: 'shrunk', seed, plan: smallest, violations: result.violations, traceTail: result.traceTail, runs }
}
