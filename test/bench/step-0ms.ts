import type { Bench } from './bench.ts'
import { compare } from './compare.ts'
import type { Measurement } from './measure.ts'
import { rawCalls } from './raw-calls.ts'
import { warmUpLeads } from './run-steps.ts'
import { oneStep } from './step-20ms.ts'

const rounds = 3

/** A destination that answers at once, 64 calls in flight: nothing but the overhead. */
export const step0ms: Bench = {
  names: ['step-0ms'],
  async run(tools) {
    const body = JSON.stringify({ comment: 'x'.repeat(1_000) })
    const plan = { url: (await tools.sink(0)).url, count: 20_000, inFlight: 64, body }
    await rawCalls({ ...plan, count: warmUpLeads })
    await oneStep(tools, { ...plan, count: warmUpLeads })
    const raw: Measurement[] = []
    const ours: Measurement[] = []
    for (let round = 0; round < rounds; round++) {
      raw.push(await rawCalls(plan))
      ours.push(await oneStep(tools, plan))
    }
    const speed = (all: readonly Measurement[]): number[] => all.map(({ perSecond }) => perSecond)
    return [compare({ name: 'step-0ms', unit: 'leads/s', values: speed(ours), baselines: speed(raw), goal: { atLeast: 0.25 } })]
  },
}
