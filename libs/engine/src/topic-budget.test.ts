import type { OutgoingRecord } from '@leadline/log'
import { expect, test } from 'vitest'
import { bytesOf, createTopicBudget } from './topic-budget.ts'

const record = (topic: string, bytes: number): OutgoingRecord => ({ topic, key: null, value: Buffer.alloc(bytes), headers: {} })
const overhead = bytesOf([record('t', 0)])

test('a topic has room up to its limit, whatever the others have', () => {
  const budget = createTopicBudget(1_000)
  const take = (topic: string, bytes: number): boolean => {
    const records = [record(topic, bytes - overhead)]
    const fits = budget.hasRoomFor(records, bytesOf(records))
    if (fits) budget.add(records, bytesOf(records))
    return fits
  }

  expect([take('a', 600), take('b', 600), take('a', 401), take('a', 400), take('b', 400), take('b', 100)]).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
  ])
  expect(budget.bytes).toBe(2_000)
})

test('what is added without asking counts', () => {
  const budget = createTopicBudget(1_000)
  const large = [record('a', 5_000)]
  budget.add(large, bytesOf(large))
  const small = [record('a', 1)]
  expect(budget.hasRoomFor(small, bytesOf(small))).toBe(false)
  expect(budget.hasRoomFor([record('b', 1)], bytesOf([record('b', 1)]))).toBe(true)
})

test('key, value and headers are counted', () => {
  const full: OutgoingRecord = { topic: 't', key: Buffer.alloc(10), value: Buffer.alloc(100), headers: { name: 'text' } }
  expect(bytesOf([full])).toBeGreaterThanOrEqual(10 + 100 + 8)
})
