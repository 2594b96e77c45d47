import { describe, expect, it } from 'vitest'
import { allFaults, firstKinds, planFaults } from './plan-faults.ts'
import { createRandom } from './random.ts'

const kindsOf = (seed: number, length: 'short' | 'long', count: number): string[] =>
  planFaults({ random: createRandom(seed), length, only: [] })
    .flatMap((round) => round.map(({ kind }) => kind))
    .take(count)
    .toArray()

const sorted = (kinds: readonly string[]): string[] => kinds.toSorted()

describe('the plan of a run', () => {
  it('has each of the first kinds once before any other, in the order of its seed', () => {
    const [one, other] = [kindsOf(1, 'long', firstKinds.length), kindsOf(2, 'long', firstKinds.length)]
    expect(sorted(one)).toEqual(sorted(firstKinds))
    expect(sorted(other)).toEqual(sorted(firstKinds))
    expect(one).not.toEqual(other)
    expect(kindsOf(1, 'long', firstKinds.length)).toEqual(one)
  })

  it('has every kind once before any comes again', () => {
    expect(sorted(kindsOf(3, 'long', allFaults.length))).toEqual(sorted(allFaults.map(({ kind }) => kind)))
  })

  it('leaves the long ones out of a short run, and repeats only the others in a long one', () => {
    const long = allFaults.filter(({ length }) => length === 'long').map(({ kind }) => kind)
    const short = kindsOf(4, 'short', 2 * allFaults.length)
    const later = kindsOf(4, 'long', 3 * allFaults.length).slice(allFaults.length)
    expect(short.filter((kind) => long.includes(kind))).toEqual([])
    expect(later.filter((kind) => long.includes(kind))).toEqual([])
  })

  it('knows only the kinds asked for', () => {
    const plan = planFaults({ random: createRandom(5), length: 'long', only: ['outage of all brokers for 3 minutes'] })
    expect([...plan].map((round) => round.map(({ kind }) => kind))).toEqual([['outage of all brokers for 3 minutes']])
  })
})
