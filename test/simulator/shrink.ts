import type { ViolationKind } from './oracle/violation.ts'
import type { Plan } from './plan.ts'
import type { RunResult } from './run-plan.ts'

export interface Shrunk {
  readonly plan: Plan
  readonly result: RunResult
  readonly runs: number
}

/** The smallest plan found that still breaks in the same way: fewer leads, fewer faults, a calmer network and outside. */
export async function shrink(plan: Plan, kind: ViolationKind, run: (plan: Plan) => Promise<RunResult>): Promise<Shrunk> {
  let smallest = { plan, result: await run(plan), runs: 1 }
  for (let before: Plan | undefined; before !== smallest.plan && smallest.runs < mostRuns; ) {
    before = smallest.plan
    for (const candidate of candidates(smallest.plan)) {
      const smaller = candidate(smallest.plan)
      if (smaller === undefined || smallest.runs >= mostRuns) continue
      const result = await run(smaller)
      const fails = result.violations.some((violation) => violation.kind === kind)
      smallest = fails ? { plan: smaller, result, runs: smallest.runs + 1 } : { ...smallest, runs: smallest.runs + 1 }
    }
  }
  return smallest
}

const mostRuns = 400

/** Makes a plan smaller; undefined when it is as small as that already. */
type Change = (plan: Plan) => Plan | undefined

function candidates(plan: Plan): Change[] {
  return [...cuts('leads', plan.leads.length), ...cuts('faults', plan.faults.length), ...calmer(plan)]
}

/** First halves, then quarters, at last single ones. */
function cuts(part: 'leads' | 'faults', length: number): Change[] {
  const changes: Change[] = []
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = length - size; from > -size; from -= size) changes.push((plan) => without(plan, part, { from, size }))
  }
  return changes
}

function without(plan: Plan, part: 'leads' | 'faults', { from, size }: { from: number; size: number }): Plan | undefined {
  const left = plan[part].filter((_, index) => index < from || index >= from + size)
  return left.length === plan[part].length ? undefined : { ...plan, [part]: left }
}

function calmer(plan: Plan): Change[] {
  const network = Object.keys(plan.network).map(
    (name): Change =>
      (at) =>
        zeroed(at, 'network', name),
  )
  const calls = Object.keys(plan.calls).map(
    (name): Change =>
      (at) =>
        zeroed(at, 'calls', name),
  )
  const fewer: Change = (at) => (at.members > 1 ? { ...at, members: at.members - 1 } : undefined)
  const narrower: Change = (at) => (at.partitions > 1 ? { ...at, partitions: 1 } : undefined)
  const shorter: Change = (at) => (at.healAtMs > 4_000 ? { ...at, healAtMs: Math.round(at.healAtMs / 2) } : undefined)
  return [...network, ...calls, fewer, narrower, shorter]
}

function zeroed(plan: Plan, part: 'network' | 'calls', name: string): Plan | undefined {
  const shares = new Map(Object.entries(plan[part]))
  return shares.get(name) === 0 ? undefined : { ...plan, [part]: { ...plan[part], [name]: 0 } }
}
