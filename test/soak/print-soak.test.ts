import { expect, it } from 'vitest'
import { judgeProcess, restOf } from './judge-process.ts'
import { describeSoak } from './print-soak.ts'
import type { LeadReport, SoakReport } from './run-soak.ts'
import type { Sample } from './sample.ts'

/** A worker's ten minutes, with `handles` and processor time growing as told, each minute. */
function worker({ handles = 0, cpuSeconds = 0.6, orphans = 0 }): SoakReport['processes'][number] {
  const metrics = { eventLoopP99Ms: 12, baseAgeSeconds: 0, lag: 0, parked: 0, orphans, lanes: 18, stateEntries: 0, stateBytes: 0 }
  const samples = Array.from({ length: 61 }, (_, index): Sample => {
    const minute = index / 6
    return {
      ...{ at: index * 10_000, process: 'worker', threads: 11, sockets: 60, rssBytes: 150_000_000 },
      ...{ handles: 80 + Math.round(handles * minute), cpuSeconds: cpuSeconds * minute },
      metrics: { ...metrics, heapUsedBytes: 40_000_000 },
    }
  })
  return judgeProcess('worker', samples)
}

const atRest: Sample = {
  at: 0,
  process: 'worker',
  cpuSeconds: 1,
  rssBytes: 150_000_000,
  handles: 46,
  sockets: 26,
  threads: 11,
  metrics: null,
}

const leads: LeadReport = {
  ...{ accepted: 100, retriedPosts: 0 },
  verdict: {
    ...{ completed: 100, lost: [], completedTwice: [], outcomes: 200, outcomesTwice: [], deadLetters: 0 },
    byOutcome: { success: 86, failure: 14 },
  },
  calls: {
    ...{ calls: 220, phoneCalls: 110, leadCalls: 110, withoutKey: 0, distinctKeys: 200, repeatedKeys: 20, repeatedCalls: 20 },
    ...{ acceptedMoreThanOnce: 0, answers: { '200': 200, '503': 20 } },
  },
}
const run = { minutes: 10, ended: [], rest: [], samplesFile: 'samples.jsonl' }
const loaded = (change: Partial<LeadReport> = {}, processes = [worker({})]) =>
  describeSoak({ ...run, processes, leads: { ...leads, ...change } }).violations

it('a run in which nothing grows and every lead is done once has no violation', () => {
  expect(loaded()).toEqual([])
})

it('a lost lead is a violation', () => {
  const verdict = { ...leads.verdict, completed: 99, lost: ['a'] }
  expect(loaded({ verdict })).toEqual([expect.stringContaining('leads completed 99'), 'lost 1'])
})

it('a doubled outcome is a violation', () => {
  expect(loaded({ verdict: { ...leads.verdict, outcomesTwice: ['a/check/0'] } })).toEqual(['doubled 1'])
})

it('a call that was answered twice is one only when no orphan was recorded for it', () => {
  const calls = { ...leads.calls, acceptedMoreThanOnce: 1 }
  expect(loaded({ calls })).toEqual([expect.stringContaining('repeated 1, orphans 0')])
  expect(loaded({ calls }, [worker({ orphans: 1 })])).toEqual([])
})

it('handles that are never closed are a violation', () => {
  expect(loaded({}, [worker({ handles: 10 })])).toEqual([expect.stringContaining('worker handles')])
})

it('connections that are open after the load, and were not before it, are a violation', () => {
  const counts = (sockets: number) => ({ ...atRest, sockets, handles: sockets + 20 })
  const told = (after: number) =>
    describeSoak({ ...run, leads, processes: [worker({})], rest: restOf([counts(26)], [counts(after)]) })
  expect(told(30).violations).toEqual([])
  expect(told(Number.NaN).violations).toHaveLength(1)
  expect(told(31).violations).toEqual(['worker at rest: handles 46, then 51; sockets 26, then 31; threads 11, then 11'])
})

it('a process that ended by itself is a violation', () => {
  expect(describeSoak({ ...run, leads, processes: [worker({})], ended: ['recorder'] }).violations).toEqual([
    'recorder ended by itself',
  ])
})

it('an idle worker may use 3 % of a processor', () => {
  const idle = (cpuSeconds: number) => describeSoak({ ...run, leads: null, processes: [worker({ cpuSeconds })] }).violations
  expect(idle(1.7)).toEqual([])
  expect(idle(1.9)).toEqual(['idle worker: 3.17 % CPU of 3 %'])
})
