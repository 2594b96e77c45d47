import type { LogLane, LogRecord } from '@leadline/log'
import { openMemoryLog } from '@leadline/log'
import { expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { createFlusher } from './flusher.ts'
import { restoreState } from './lane-state.ts'
import { defaultLimits } from './limits.ts'
import type { EngineObserver } from './observer.ts'
import { createWindow } from './window.ts'

/** Time that goes on when it is told to; the time of day can be set back meanwhile. No timer comes sooner than `leastMs`. */
function standingClock(startMs: number, leastMs = 0) {
  let time = startMs
  let setBackMs = 0
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>()
  const clock: Clock = {
    now: () => time - setBackMs,
    random: () => 0.5,
    after(delayMs, run) {
      const task = { at: time + Math.max(leastMs, delayMs), run }
      tasks.add(task)
      return () => void tasks.delete(task)
    },
  }
  async function goTo(until: number): Promise<void> {
    for (;;) {
      const [next] = [...tasks].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
      if (next === undefined) break
      tasks.delete(next)
      time = next.at
      next.run()
      await new Promise(setImmediate)
    }
    time = until
  }
  const setBack = (byMs: number): void => {
    setBackMs += byMs
  }
  return { clock, goTo, setBack }
}

/** A lane whose commits take so long; what it completes now, and the times of its commits. */
async function laneOf(clock: Clock, commitMs: number) {
  const commits: number[] = []
  const window = createWindow(0, [])
  let offset = 0
  const flusher = createFlusher({
    lane: {} as LogLane,
    window,
    state: await restoreState(await openMemoryLog({}), undefined, 0),
    committer: {
      commit: () => {
        commits.push(clock.now())
        return new Promise((resolve) => clock.after(commitMs, () => resolve({ type: 'committed' })))
      },
    },
    clock,
    limits: { ...defaultLimits, flushIntervalMs: 30 },
    observer: { flushed: () => {} } as unknown as EngineObserver,
    taken: () => {},
    commitBytesPerTopic: 1_000_000,
    starts: 0,
    suspect: null,
    settled: () => {},
    ended: () => {},
  })
  const complete = (): void => {
    const entry = window.track({ offset: offset++, key: null, value: null, headers: {}, timestamp: 0 } as unknown as LogRecord)
    if (entry !== undefined) flusher.add(entry, { records: [] })
  }
  return { complete, commits }
}

test('busy lanes commit at the same moments, however long the commits of each take', async () => {
  const { clock, goTo } = standingClock(1_000)
  const lanes = await Promise.all([3, 11, 17].map((commitMs) => laneOf(clock, commitMs)))
  for (let time = 1_000; time < 1_120; time++) {
    await goTo(time)
    for (const { complete } of lanes) complete()
  }

  const [first, ...others] = lanes.map(({ commits }) => commits.slice(1))
  expect(first).toEqual([1_020, 1_050, 1_080, 1_110])
  for (const commits of others) expect(commits).toEqual(first)
})

test('an idle lane commits at once', async () => {
  const { clock, goTo } = standingClock(1_000)
  const { complete, commits } = await laneOf(clock, 3)
  for (const time of [1_007, 1_041, 1_083]) {
    await goTo(time)
    complete()
  }
  await goTo(1_200)

  expect(commits).toEqual([1_007, 1_041, 1_083])
})

test('a lane commits within the interval, though the time of day has been set back by an hour', async () => {
  const { clock, goTo, setBack } = standingClock(10_000_000)
  const { complete, commits } = await laneOf(clock, 3)
  complete()
  await goTo(10_000_010)
  setBack(3_600_000)
  complete()
  await goTo(10_000_050)

  expect(commits).toHaveLength(2)
})

test('a lane with enough to commit commits at once, though more comes all the time', async () => {
  const { clock, goTo } = standingClock(1_000, 2)
  const { complete, commits } = await laneOf(clock, 3)
  complete()
  await goTo(1_010)
  for (let count = 0; count < defaultLimits.flushCompletions; count++) complete()
  for (let time = 1_011; time < 1_020; time++) {
    await goTo(time)
    complete()
  }

  expect(commits.slice(1, 2)).toEqual([1_012])
})
