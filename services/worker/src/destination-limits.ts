import type { DestinationLimits } from '@leadline/destinations'
import type { Flows, StepLimits } from '@leadline/flows'

/** However many destinations there are, each may have so many calls in flight: a slow one cannot take all, a fast one is not starved. */
const leastConcurrency = 64

/** The limits of every destination that some step calls: the strictest that its steps name, and a fair share of the calls in flight. */
export function destinationLimits(flows: Flows, inFlight: number): ReadonlyMap<string, DestinationLimits> {
  const byDestination = new Map<string, StepLimits[]>()
  for (const flow of flows.byName.values()) {
    for (const { action, limits } of flow.steps) {
      if (action.destination === null) continue
      byDestination.set(action.destination, [...(byDestination.get(action.destination) ?? []), limits])
    }
  }
  const share = Math.max(leastConcurrency, Math.floor(inFlight / Math.max(1, byDestination.size)))
  return new Map([...byDestination].map(([name, limits]) => [name, strictest(limits, share)]))
}

function strictest(limits: readonly StepLimits[], share: number): DestinationLimits {
  const rate = least(limits.flatMap(({ ratePerSecond }) => (ratePerSecond === null ? [] : [ratePerSecond])))
  const quotas = limits.flatMap(({ quota }) => (quota === null ? [] : [quota]))
  const [quota = null] = [...quotas].sort((a, b) => perDay(a) - perDay(b))
  const concurrency = least(limits.flatMap(({ concurrency }) => (concurrency === null ? [] : [concurrency])))
  return { concurrency: concurrency ?? share, rate: rate === null ? null : { perSecond: rate }, quota }
}

function perDay({ max, per }: { readonly max: number; readonly per: 'hour' | 'day' }): number {
  return per === 'hour' ? max * 24 : max
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values)
}
