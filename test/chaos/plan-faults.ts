import { brokerFaults } from './broker-faults.ts'
import type { Fault } from './fault.ts'
import { networkFaults } from './network-faults.ts'
import { operatorFaults } from './operator-faults.ts'
import { processFaults } from './process-faults.ts'
import type { Random } from './random.ts'

export const allFaults: readonly Fault[] = [...processFaults, ...brokerFaults, ...networkFaults, ...operatorFaults]

export interface PlanOptions {
  readonly random: Random
  readonly length: 'short' | 'long'
  /** Kinds; none given: all. */
  readonly only: readonly string[]
}

const pairShare = 0.25

/** Rounds without end, of one fault or two: every kind comes once before any comes again. Long ones come once. */
export function* planFaults({ random, length, only }: PlanOptions): Generator<readonly Fault[]> {
  const chosen = allFaults.filter(({ kind }) => only.length === 0 || only.includes(kind))
  if (chosen.length === 0) throw new Error(`no such fault; there are: ${allFaults.map(({ kind }) => kind).join(', ')}`)
  const long = length === 'long' ? chosen.filter((fault) => fault.length === 'long') : []
  const usual = chosen.filter((fault) => fault.length === 'short')
  for (let bag = random.shuffle([...usual, ...long]); ; bag = random.shuffle(usual)) {
    while (bag.length > 0) yield takeRound(bag, random)
    if (usual.length === 0) return
  }
}

function takeRound(bag: Fault[], random: Random): Fault[] {
  const first = bag.shift()
  if (first === undefined) return []
  const together = first.place !== 'operator' && random.next() < pairShare
  const index = together ? bag.findIndex(({ place }) => place !== 'operator' && place !== first.place) : -1
  return index < 0 ? [first] : [first, ...bag.splice(index, 1)]
}
