import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import type { LanePosition } from '../log.ts'
import type { CommitEnd } from './commit-queue.ts'
import { createFencedLane } from './fenced-lane.ts'
import type { Found } from './wire/batch-fate.ts'

const position = (offset: number): LanePosition => ({ offset, metadata: `map ${offset}` })
const place = (offset: number) => ({ topic: 'out', partition: 0, offset, timestamp: 1_000 })

/** A lane that was opened with position 0, whose commits end as `ends` says, with a place by the number of each; then the group tells `told`. */
function laneWith(ends: readonly CommitEnd['answer'][], told: LanePosition, find: (offset: number) => Promise<Found>) {
  const lost = new AbortController()
  const said: string[] = []
  let commits = 0
  const lane = createFencedLane({
    name: { group: 'g', topic: 'in', partition: 3 },
    position: position(0),
    feed: { start: () => {}, pause: () => {}, resume: () => {} },
    commits: {
      commit: async () => ({ answer: ends[commits] ?? 'unknown', trace: place(++commits) }),
      settle: async () => {},
      idle: async () => {},
    },
    catalog: { place: async () => [] },
    metadataLength: 100,
    lost: lost.signal,
    confirm: async () => {},
    positionAgain: async () => told,
    find: ({ offset }) => find(offset),
    listener: (level, message) => void said.push(`${level}: ${message}`),
  })
  return { lane, lost, said }
}

const commit = (offset: number) => ({ offset, metadata: `map ${offset}`, records: [] })

test.each<[string, LanePosition, string[]]>([
  ['another one', position(1), ['warn: g tells of another position of in/3 than its records: they count']],
  ['the same', position(2), []],
])('a lane whose group tells of %s than its records says so only when they differ', async (_what, told, words) => {
  const { lane, said } = laneWith(['committed', 'unknown'], told, async () => 'there')
  await lane.commit(commit(1))
  expect(await lane.commit(commit(2))).toBe('unknown')

  expect(await lane.reopen()).toEqual(told)
  expect(await lane.positionByRecords?.()).toEqual(position(2))
  expect(said).toEqual(words)
})

test('a lane whose commit was not begun has nothing more in doubt than before', async () => {
  const { lane } = laneWith(['committed', 'unknown'], position(1), async () => 'there')
  await lane.commit(commit(1))
  await lane.commit(commit(2))
  expect(await lane.commit({ ...commit(3), metadata: 'x'.repeat(101) })).toBe('unknown')

  await lane.reopen()
  expect(await lane.positionByRecords?.()).toEqual(position(2))
})

test('a lane that looks for its records again and again leaves nothing with the signal of its loss', async () => {
  const { lane, lost } = laneWith([], position(0), async () => 'gone')
  for (let tries = 0; tries < 5; tries++) {
    await lane.commit(commit(1))
    await lane.reopen()
    await lane.positionByRecords?.()
  }
  expect(getEventListeners(lost.signal, 'abort')).toEqual([])
})

test('a lane that is lost while its records are looked for knows nothing', async () => {
  const { lane, lost } = laneWith(['unknown'], position(0), () => new Promise(() => {}))
  await lane.commit(commit(1))
  const found = lane.positionByRecords?.()
  lost.abort()

  expect(await found).toBeUndefined()
})

test('a lane whose records nobody can tell of now says why', async () => {
  const { lane, said } = laneWith(['unknown'], position(0), () => Promise.reject(new Error('nobody answers')))
  await lane.commit(commit(1))

  await expect(lane.positionByRecords?.()).rejects.toThrow('nobody answers')
  expect(said).toEqual(['warn: it cannot be found out whether a commit on in/3 was made: nobody answers'])
})
