import { expect, test } from 'vitest'
import { type Assignment, assignSticky, type GroupMemberState } from './sticky-assignment.ts'

const member = (id: string, owned: Assignment = {}, topics: readonly string[] = Object.keys(owned)): GroupMemberState => ({
  id,
  topics,
  owned,
})
const shares = (members: readonly GroupMemberState[], partitions: Record<string, number>) =>
  Object.fromEntries(assignSticky(members, new Map(Object.entries(partitions))))

test('a single member gets everything', () => {
  expect(shares([member('a', {}, ['t', 'u'])], { t: 3, u: 1 })).toEqual({ a: { t: [0, 1, 2], u: [0] } })
})

test('a newcomer gets its share, and nothing moves between the others', () => {
  const members = [member('a', { t: [0, 1, 2] }), member('b', { t: [3, 4, 5] }), member('c', {}, ['t'])]

  const result = shares(members, { t: 6 })

  expect(result['a']?.['t']).toEqual([0, 1])
  expect(result['b']?.['t']).toEqual([3, 4])
  expect(result['c']?.['t']).toEqual([2, 5])
})

test('when a member leaves, the others keep what they have and share what was its', () => {
  const members = [member('a', { t: [0, 3] }), member('c', { t: [2, 5] })]

  const result = shares(members, { t: 6 })

  expect(result['a']?.['t']).toEqual(expect.arrayContaining([0, 3]))
  expect(result['c']?.['t']).toEqual(expect.arrayContaining([2, 5]))
  expect([...(result['a']?.['t'] ?? []), ...(result['c']?.['t'] ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5])
})

test('odd partitions of many topics go to whoever has fewest', () => {
  const members = [member('a', {}, ['r1', 'r2', 'r3', 'r4']), member('b', {}, ['r1', 'r2', 'r3', 'r4'])]

  const result = shares(members, { r1: 1, r2: 1, r3: 1, r4: 1 })

  expect(Object.values(result).map((assignment) => Object.keys(assignment).length)).toEqual([2, 2])
})

test('a partition that two members claim goes to one of them', () => {
  const result = shares([member('a', { t: [0, 1] }), member('b', { t: [0, 1] })], { t: 2 })

  expect([...(result['a']?.['t'] ?? []), ...(result['b']?.['t'] ?? [])].sort()).toEqual([0, 1])
  expect(result['a']?.['t']).toHaveLength(1)
})

test('topics go only to members that want them', () => {
  const result = shares([member('old', {}, ['t']), member('new', {}, ['t', 'pool'])], { t: 2, pool: 2 })

  expect(result['old']).toEqual({ t: [expect.any(Number)] })
  expect(result['new']?.['pool']).toEqual([0, 1])
})

test('partitions that are no more are not given out', () => {
  expect(shares([member('a', { t: [0, 7] })], { t: 1 })).toEqual({ a: { t: [0] } })
})
