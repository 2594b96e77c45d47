import { expect, test } from 'vitest'
import { groupCommit } from './group-commit.ts'

class BadItem extends Error {}

/** Commits all but `bad` ones, and nothing at all while it is away. */
function committing(bad: readonly number[] = []) {
  const commits: (readonly number[])[] = []
  const state = { away: false }
  const commit = (items: readonly number[]): void => {
    commits.push(items)
    if (state.away) throw new Error('away')
    if (items.some((item) => bad.includes(item))) throw new BadItem()
  }
  return { commits, state, group: groupCommit(commit, (error) => error instanceof BadItem) }
}

const numbers = Array.from({ length: 1_000 }, (_, index) => index)

test('what is added in one turn shares a commit', async () => {
  const { commits, group } = committing()
  await Promise.all(numbers.map((one) => group.add([one])))
  expect(commits).toEqual([numbers])
})

test('a bad item fails alone, and is found in few commits', async () => {
  const { commits, group } = committing([700])
  const results = await Promise.allSettled(numbers.map((one) => group.add([one])))
  expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([700])
  expect(commits.length).toBeLessThan(25)
})

test('what all of them would meet again fails all of them at once', async () => {
  const { commits, state, group } = committing()
  state.away = true
  const results = await Promise.allSettled(numbers.map((one) => group.add([one])))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(commits).toHaveLength(1)
})
