import { type LogRecord, openMemoryLog } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import type { CommitPlan } from './committer.ts'
import { createFlusher } from './flusher.ts'
import { restoreState } from './lane-state.ts'
import { defaultLimits } from './limits.ts'
import { silentObserver } from './observer.ts'
import { encodeMetadata } from './offset-map.ts'
import { createWindow } from './window.ts'

const record: LogRecord = { topic: 't', partition: 0, offset: 5, timestamp: 0, key: null, value: null, headers: {} }
const never = new Error('not used here')
const lane = {
  group: 'g',
  topic: 't',
  partition: 0,
  position: { offset: null, metadata: '' },
  start: () => {},
  pause: () => {},
  resume: () => {},
  commit: () => Promise.reject(never),
  reopen: () => Promise.reject(never),
}

/** A cautious lane with record 5 to start: its commits are answered by the test, its timers fire at once. */
async function cautiousLane() {
  const plans: CommitPlan[] = []
  const answers: (() => void)[] = []
  const window = createWindow(5, [])
  const entry = window.track(record)
  if (entry === undefined) throw never
  const flusher = createFlusher({
    lane,
    window,
    state: await restoreState(await openMemoryLog(), undefined, 0),
    committer: {
      commit: (plan) => {
        plans.push(plan)
        return new Promise((resolve) => void answers.push(() => resolve({ type: 'committed' })))
      },
    },
    clock: {
      now: () => 0,
      random: () => 0,
      after: (_, task) => {
        queueMicrotask(task)
        return () => {}
      },
    },
    limits: defaultLimits,
    observer: silentObserver,
    taken: () => {},
    commitBytesPerTopic: 1_000,
    starts: defaultLimits.startsBeforeCaution,
    suspect: null,
    settled: () => {},
    ended: () => {},
  })
  return { plans, answers, entry, flusher }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the start of a record that may have ended the process', () => {
  it('is announced once, however often it is asked for while the announcement is on its way', async () => {
    const { plans, answers, entry, flusher } = await cautiousLane()
    expect(flusher.mayStart(entry, () => {})).toBe(false)
    await turn()
    expect(flusher.mayStart(entry, () => {})).toBe(false)
    answers[0]?.()
    await turn()
    expect(flusher.mayStart(entry, () => {})).toBe(true)
    flusher.add(entry, { records: [] })
    await turn()

    expect(plans.map(({ base, starts, suspect }) => ({ base, starts, suspect }))).toEqual([
      { base: 5, starts: 5, suspect: 5 },
      { base: 6, starts: 0, suspect: null },
    ])
  })
})

describe('metadata', () => {
  it('is never written when it names a suspect below its base', () => {
    const stamp = { owner: '000000000000', sequence: 1 }
    expect(() => encodeMetadata({ stamp, base: 6, starts: 5, suspect: 4, runs: [] })).toThrow(RangeError)
  })
})
