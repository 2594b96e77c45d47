import { killBroker } from './broker-faults.ts'
import { type Fault, seconds } from './fault.ts'
import { breakFor } from './network-faults.ts'
import { freeze, killAndStart } from './process-faults.ts'

/** A few rounds that are the same each time: what every change must survive before anybody runs chaos for long. */
export const fixedPlan: readonly (readonly Fault[])[] = [
  [fixed('worker kill -9', 'process', ({ site, tell }) => killAndStart(nth(site.workers, 1), 1_000, tell))],
  [fixed('worker frozen past its session', 'process', ({ site, tell }) => freeze(nth(site.workers, 2), seconds(15), tell))],
  [fixed('broker kill -9', 'broker', ({ site, tell }) => killBroker(nth(site.cluster.nodes, 2), seconds(3), tell))],
  [fixed('connections half-open', 'network', ({ site }) => breakFor([nth(site.proxies, 3)], { type: 'half-open' }, seconds(5)))],
]

function fixed(kind: string, place: Fault['place'], inject: Fault['inject']): Fault {
  return { kind, place, length: 'short', inject }
}

/** Counted from one, as the names of processes and brokers are. */
function nth<T>(list: readonly T[], number: number): T {
  const found = list[number - 1]
  if (found === undefined) throw new Error(`there is no number ${number} of ${list.length}`)
  return found
}
