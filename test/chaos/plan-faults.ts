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

/** Those without which a run says little: they come before the others, so that 20 minutes are enough for each. The plan ends with added partitions. */
export const firstKinds: readonly string[] = [
  'worker kill -9',
  'worker kill -9 while it starts',
  'worker kill -9 while it drains',
  'worker kill -9 while lanes move',
  'worker frozen for 2 minutes',
  'rolling restart',
  'broker kill -9',
  'leaders move away and back',
  'outage of all brokers for 3 minutes',
  'offsets of steps set back',
  'offsets of intake set back',
  'metadata of a future version',
]

const pairShare = 0.25

/** Rounds without end, of one fault or two: every kind comes once before any comes again, the first kinds first. Long ones come once. */
export function* planFaults({ random, length, only }: PlanOptions): Generator<readonly Fault[]> {
  const chosen = allFaults.filter(({ kind }) => only.length === 0 || only.includes(kind))
  if (chosen.length === 0) throw new Error(`no such fault; there are: ${allFaults.map(({ kind }) => kind).join(', ')}`)
  const usual = chosen.filter((fault) => fault.length === 'short')
  const once = length === 'long' ? chosen : usual
  const comesFirst = ({ kind }: Fault): boolean => firstKinds.includes(kind)
  const first = random.shuffle(once.filter(comesFirst))
  const others = random.shuffle(once.filter((fault) => !comesFirst(fault)))
  for (const bag of [first, others]) yield* takeRounds(bag, random)
  while (usual.length > 0) yield* takeRounds(random.shuffle(usual), random)
}

function* takeRounds(bag: Fault[], random: Random): Generator<readonly Fault[]> {
  while (bag.length > 0) yield takeRound(bag, random)
}

function takeRound(bag: Fault[], random: Random): Fault[] {
  const first = bag.shift()
  if (first === undefined) return []
  const together = first.place !== 'operator' && random.next() < pairShare
  const index = together ? bag.findIndex(({ place }) => place !== 'operator' && place !== first.place) : -1
  return index < 0 ? [first] : [first, ...bag.splice(index, 1)]
}
