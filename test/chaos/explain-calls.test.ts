import { expect, it } from 'vitest'
import { explainCalls } from './explain-calls.ts'
import type { CallEvidence } from './match-calls.ts'

const call = (key: string, at: number, caller = 'worker1-1') => ({ key, at, caller })
const attempt = (key: string, from: number, to = from + 50) => ({ key, from, to, answered: true })

function evidence(parts: Partial<CallEvidence>): CallEvidence {
  const nothing = { calls: [], attempts: [], orphans: [], killedAt: new Map<string, number>() }
  return { ...nothing, partitionOf: () => 3, excused: () => false, laneHolds: 2_000, ...parts }
}

it('has nothing to explain when each attempt in the log has one call', () => {
  const calls = [call('a', 1_000), call('a', 5_000), call('b', 1_000)]
  const attempts = [attempt('a', 990), attempt('a', 4_990), attempt('b', 990)]
  expect(explainCalls(evidence({ calls, attempts }))).toMatchObject({ repeated: 0, unexplained: [] })
})

it('leaves a call unexplained that neither a kill nor an orphan accounts for', () => {
  const calls = [call('a', 1_000), call('a', 9_000)]
  const verdict = explainCalls(evidence({ calls, attempts: [attempt('a', 8_990)] }))
  expect(verdict).toMatchObject({ repeated: 1, byKill: 0, byOrphan: 0, unexplained: [call('a', 1_000)] })
})

it('explains a call by the kill of its caller afterwards, not by an earlier one', () => {
  const calls = [call('a', 10_000), call('b', 10_000, 'worker2-1')]
  const killedAt = new Map([
    ['worker1-1', 10_400],
    ['worker2-1', 3_000],
  ])
  const verdict = explainCalls(evidence({ calls, killedAt }))
  expect(verdict).toMatchObject({ byKill: 1, unexplained: [call('b', 10_000, 'worker2-1')] })
})

it('does not let a kill explain what was called long before an attempt that the killed process has committed on that lane', () => {
  const calls = [call('a', 10_000), call('b', 20_000), call('c', 24_000)]
  const killedAt = new Map([['worker1-1', 24_100]])
  const verdict = explainCalls(evidence({ calls, killedAt, attempts: [attempt('b', 19_990)] }))
  expect(verdict).toMatchObject({ repeated: 2, byKill: 1, unexplained: [call('a', 10_000)] })
})

it('lets what it has committed on another lane, or what another process has, say nothing of that', () => {
  const calls = [call('a', 10_000), call('b', 20_000), call('a', 21_000, 'worker2-1')]
  const killedAt = new Map([['worker1-1', 20_100]])
  const attempts = [attempt('b', 19_990), attempt('a', 20_990)]
  const partitionOf = (key: string) => (key === 'a' ? 3 : 4)
  expect(explainCalls(evidence({ calls, killedAt, attempts, partitionOf }))).toMatchObject({ byKill: 1, unexplained: [] })
})

it('lets a kill explain no more calls of a lane than it can hold', () => {
  const calls = [call('a', 10_000), call('b', 10_001), call('c', 10_002)]
  const killedAt = new Map([['worker1-1', 10_400]])
  const verdict = explainCalls(evidence({ calls, killedAt, laneHolds: 2 }))
  expect(verdict).toMatchObject({ byKill: 2, unexplained: [call('c', 10_002)] })
})

it('finds an attempt that tells of an answer to no call', () => {
  const calls = [call('a', 1_000), call('b', 9_000)]
  const attempts = [attempt('a', 990), attempt('a', 4_990), attempt('c', 990)]
  expect(explainCalls(evidence({ calls, attempts })).invented).toEqual([attempt('a', 4_990), attempt('c', 990)])
})

it('wants no call of an attempt that was not answered', () => {
  const attempts = [{ ...attempt('a', 990), answered: false }]
  expect(explainCalls(evidence({ attempts })).invented).toEqual([])
})

it('takes a call within the times of an attempt for that attempt, rather than one a little before it', () => {
  // A process that was frozen calls again when it wakes up, while its successor's call is under way.
  const calls = [call('a', 9_300, 'worker1-1'), call('a', 10_040, 'worker2-1'), call('a', 10_600, 'worker1-1')]
  const orphans = [{ caller: 'worker1-1', partition: 3, at: 11_000, calls: 2 }]
  const verdict = explainCalls(evidence({ calls, orphans, attempts: [attempt('a', 10_000)] }))
  expect(verdict).toMatchObject({ repeated: 2, byOrphan: 2, unexplained: [] })
})

it('takes the call of the owner for the attempt, rather than that of a former one who has not heard yet, though both fit', () => {
  const calls = [call('a', 10_006, 'worker2-1'), call('a', 10_074, 'worker3-1'), call('b', 89_000, 'worker3-1')]
  const orphans = [
    { caller: 'worker2-1', partition: 3, at: 11_400, calls: 1 },
    // The owner loses the lane later, with a call of another lead.
    { caller: 'worker3-1', partition: 3, at: 90_000, calls: 1 },
  ]
  const verdict = explainCalls(evidence({ calls, orphans, attempts: [attempt('a', 10_000, 10_136)] }))
  expect(verdict).toMatchObject({ repeated: 2, byOrphan: 2, unexplained: [] })
})

it('does not let a kill explain what was dropped long before', () => {
  const killedAt = new Map([['worker1-1', 1_000_000]])
  expect(explainCalls(evidence({ calls: [call('a', 10_000)], killedAt })).unexplained).toHaveLength(1)
})

it('lets each recorded orphan of the lane explain one call', () => {
  const calls = [call('a', 1_000), call('b', 1_000)]
  const orphans = [{ caller: 'worker1-1', partition: 3, at: 2_000, calls: 1 }]
  expect(explainCalls(evidence({ calls, orphans }))).toMatchObject({ byOrphan: 1, unexplained: [call('b', 1_000)] })
})

it('takes no orphan of another lane, another process or an earlier time', () => {
  const orphans = [
    { caller: 'worker1-1', partition: 4, at: 20_000, calls: 1 },
    { caller: 'worker2-1', partition: 3, at: 20_000, calls: 1 },
    { caller: 'worker1-1', partition: 3, at: 1_000, calls: 1 },
  ]
  expect(explainCalls(evidence({ calls: [call('a', 10_000)], orphans })).unexplained).toHaveLength(1)
})

it('lets an orphan explain a call that the outside was slow to look at', () => {
  const calls = [call('a', 12_000), call('b', 20_000)]
  const orphans = [{ caller: 'worker1-1', partition: 3, at: 10_000, calls: 2 }]
  expect(explainCalls(evidence({ calls, orphans }))).toMatchObject({ byOrphan: 1, unexplained: [call('b', 20_000)] })
})

it('counts what an operator ordered apart', () => {
  const calls = [call('a', 1_000), call('a', 9_000)]
  const verdict = explainCalls(evidence({ calls, attempts: [attempt('a', 990)], excused: (key) => key === 'a' }))
  expect(verdict).toMatchObject({ repeated: 1, byOperator: 1, unexplained: [] })
})
