import type { LaneCommit, LanePosition, LogLane } from '@leadline/log'
import { describe, expect, test } from 'vitest'
import { createCommitter } from './committer.ts'
import type { EngineObserver } from './observer.ts'
import { systemClock } from './system-clock.ts'

const name = { group: 'g', topic: 'in', partition: 0 }

type Answer = LanePosition | 'away'

const record = { topic: 'out', key: null, value: Buffer.from('v'), headers: {} }

/**
 * A lane that keeps what is committed; `answers` are given first, to the questions that come after a lost answer; `away` is none.
 * `records` is what its records say.
 */
function laneWith({
  opened,
  loses,
  answers,
  records,
  later = [],
}: {
  opened: LanePosition
  loses: number
  answers: (all: LanePosition[]) => Answer[]
  records?: (all: LanePosition[]) => Promise<LanePosition | undefined>
  /** How commits end, by their number, where not as `loses` says. */
  later?: readonly ('committed' | 'unknown' | 'fenced' | undefined)[]
}) {
  const all: LanePosition[] = [opened]
  const written: number[] = []
  const unknown: string[] = []
  let commits = 0
  let scripted: Answer[] | undefined
  const lane = {
    ...name,
    position: opened,
    commit: async ({ offset, metadata, records: its }: LaneCommit) => {
      all.push({ offset, metadata })
      written.push(its.length)
      commits++
      return later[commits - 1] ?? (commits === loses ? 'unknown' : 'committed')
    },
    reopen: async () => {
      scripted ??= answers(all)
      const answer = scripted.shift() ?? all.at(-1)
      if (answer === 'away') throw new Error('no broker answers')
      return answer
    },
    ...(records && { positionByRecords: () => records(all) }),
  } as unknown as LogLane
  const observer = { commitUnknown: (_: unknown, how: string) => void unknown.push(how) } as unknown as EngineObserver
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
  const plan = (base: number) => ({ base, runs: [], starts: 0, suspect: null, records: [record] })
  return { all, written, unknown, commit: (base: number) => committer.commit(plan(base)), now: () => time }
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

test.each([
  ['', 6, undefined],
  [', though the records of the last one of our own are there', 7, async (all: LanePosition[]) => all[1]],
])('a position that somebody else committed is told at once%s', async (_what, offset, records) => {
  const foreign: LanePosition = { offset, metadata: '' }
  const { commit } = laneWith({ opened, loses: 2, answers: () => [foreign], ...(records && { records }) })
  await commit(6)

  expect(await commit(7)).toEqual({ type: 'overtaken', position: foreign })
})

test('a position by those before the lane was opened is an older one, too', async () => {
  const former: LanePosition = { offset: 4, metadata: '' }
  const { all, commit } = laneWith({ opened, loses: 1, answers: () => [former, former, opened] })

  expect(await commit(6)).toEqual({ type: 'committed' })
  expect(all.map(({ offset }) => offset)).toEqual([5, 6, 6])
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

describe('a position that stays the older one', () => {
  const forever = (all: LanePosition[]) => Array.from({ length: 1_000 }, () => all[0] as LanePosition)

  test.each([
    ['made again when its records are not there', 1, [1, 1, 1], 'repeated'],
    ['taken for made when they are, and the group is told by one more', 2, [1, 1, 0], 'committed'],
  ])('does not count where records tell: the lost commit is %s', async (_what, last, records, how) => {
    const { all, written, unknown, commit, now } = laneWith({
      opened,
      loses: 2,
      answers: forever,
      records: async (them) => them[last],
    })
    await commit(6)

    expect(await commit(7)).toEqual({ type: 'committed' })
    expect(all.map(({ offset }) => offset)).toEqual([5, 6, 7, 7])
    expect(written).toEqual(records)
    expect(unknown).toEqual([how])
    expect(now()).toBeLessThan(20_000)
  })

  test('is told better until that is answered', async () => {
    const { written, commit } = laneWith({
      ...{ opened, loses: 2, later: [undefined, undefined, 'unknown'], answers: forever },
      records: async (all) => all[2],
    })
    await commit(6)

    expect(await commit(7)).toEqual({ type: 'committed' })
    expect(written).toEqual([1, 1, 0, 0])
  })

  test('is told better in vain when the lane is lost by then: the commit was made', async () => {
    const { commit } = laneWith({
      ...{ opened, loses: 2, later: [undefined, undefined, 'fenced'], answers: forever },
      records: async (all) => all[2],
    })
    await commit(6)

    expect(await commit(7)).toEqual({ type: 'committed' })
  })

  test('counts in the end when no records tell', async () => {
    const { commit, now } = laneWith({ opened, loses: 2, answers: forever, records: async () => undefined })
    await commit(6)

    expect(await commit(7)).toEqual({ type: 'overtaken', position: opened })
    expect(now()).toBeGreaterThan(60_000)
  })

  test('does not count while it cannot be found out what records tell', async () => {
    let asked = 0
    const records = async (all: LanePosition[]) => {
      if (++asked < 100) throw new Error('no broker answers')
      return all[1]
    }
    const { all, commit } = laneWith({ opened, loses: 2, answers: forever, records })
    await commit(6)

    expect(await commit(7)).toEqual({ type: 'committed' })
    expect(all).toHaveLength(4)
  })
})
