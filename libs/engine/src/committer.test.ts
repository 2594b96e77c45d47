import type { LaneCommit, LanePosition, LogLane } from '@leadline/log'
import { expect, test } from 'vitest'
import { createCommitter } from './committer.ts'
import type { EngineObserver } from './observer.ts'
import { systemClock } from './system-clock.ts'

const name = { group: 'g', topic: 'in', partition: 0 }

type Answer = LanePosition | 'away'

/** A lane that keeps what is committed; `answers` are given first, to the questions that come after a lost answer; `away` is none. */
function laneWith({
  opened,
  loses,
  answers,
}: {
  opened: LanePosition
  loses: number
  answers: (all: LanePosition[]) => Answer[]
}) {
  const all: LanePosition[] = [opened]
  let commits = 0
  let scripted: Answer[] | undefined
  const lane = {
    ...name,
    position: opened,
    commit: async ({ offset, metadata }: LaneCommit) => {
      all.push({ offset, metadata })
      return ++commits === loses ? 'unknown' : 'committed'
    },
    reopen: async () => {
      scripted ??= answers(all)
      const answer = scripted.shift() ?? all.at(-1)
      if (answer === 'away') throw new Error('no broker answers')
      return answer
    },
  } as unknown as LogLane
  const observer = { commitUnknown: () => {} } as unknown as EngineObserver
  let time = 0
  const committer = createCommitter({
    lane,
    position: opened,
    owner: 'aaaaaaaaaaaa',
    clock: {
      now: () => time,
      random: () => 0,
      after(delayMs, task) {
        time += delayMs
        return systemClock.after(0, task)
      },
    },
    signal: new AbortController().signal,
    observer,
  })
  const plan = (base: number) => ({ base, runs: [], starts: 0, suspect: null, records: [] })
  return { all, commit: (base: number) => committer.commit(plan(base)) }
}

const opened: LanePosition = { offset: 5, metadata: '' }

test.each([
  ['the one that the lane was opened with', (all: LanePosition[]) => [all[0]]],
  ['one of its own from before the last that is known', (all: LanePosition[]) => [all[1], all[0], all[1]]],
])('an answer that tells of an older position is asked for again: %s', async (_what, older) => {
  const { all, commit } = laneWith({ opened, loses: 3, answers: (all) => older(all) as LanePosition[] })
  for (const base of [6, 7]) expect(await commit(base)).toEqual({ type: 'committed' })

  expect(await commit(8)).toEqual({ type: 'committed' })
  expect(all).toHaveLength(4)
})

test('a commit that was lost is made again when the position is the last that is known', async () => {
  const { all, commit } = laneWith({ opened, loses: 3, answers: (all) => [all[2]] as LanePosition[] })
  for (const base of [6, 7]) await commit(base)

  expect(await commit(8)).toEqual({ type: 'committed' })
  expect(all.map(({ offset }) => offset)).toEqual([5, 6, 7, 8, 8])
})

test('a position that somebody else committed is told at once', async () => {
  const foreign: LanePosition = { offset: 6, metadata: '' }
  const { commit } = laneWith({ opened, loses: 2, answers: () => [foreign] })
  await commit(6)

  expect(await commit(7)).toEqual({ type: 'overtaken', position: foreign })
})

test('a position that stays the older one is what the log has', async () => {
  const { commit } = laneWith({ opened, loses: 2, answers: (all) => Array.from({ length: 1_000 }, () => all[0] as LanePosition) })
  await commit(6)

  expect(await commit(7)).toEqual({ type: 'overtaken', position: opened })
})

test.each([
  ['before it answered', (away: Answer[], older: LanePosition) => [...away, older]],
  ['between two answers', (away: Answer[], older: LanePosition) => [older, ...away, older]],
])('how long the log was away does not count: an answer can still be an older position, %s', async (_when, answers) => {
  const away = Array.from({ length: 100 }, (): Answer => 'away')
  const { all, commit } = laneWith({ opened, loses: 2, answers: (all) => answers(away, all[0] as LanePosition) })
  await commit(6)

  expect(await commit(7)).toEqual({ type: 'committed' })
  expect(all).toHaveLength(3)
})
