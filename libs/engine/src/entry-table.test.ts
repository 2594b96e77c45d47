import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEntryTable } from './entry-table.ts'
import type { StateEntry } from './processor.ts'

type Step =
  | { readonly type: 'set'; readonly key: string; readonly entry: StateEntry }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'expire'; readonly floor: number; readonly looks: number }

// Few keys and ends: they have to meet.
const key = fc.oneof(
  fc.integer({ min: 0, max: 300 }).map((index) => `id:${index}`),
  fc.constantFrom('', 'ü€😀', 'x'.repeat(5_000)),
)
const end = fc.integer({ min: 0, max: 50 })
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer({ min: 0, max: 2_000 }).map((length) => 'v'.repeat(length)),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('set' as const),
      key,
      entry: fc.record({ value, at: fc.integer(), expiresAt: end }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('expire' as const), floor: end, looks: fc.integer({ min: 0, max: 100 }) }),
  },
)

/** The same steps on a table and on a map; which of the expired entries a few looks meet is the table's own affair. */
function follow(steps: readonly Step[]) {
  const table = createEntryTable()
  const map = new Map<string, StateEntry>()
  const tooEarly: string[] = []
  for (const one of steps) {
    switch (one.type) {
      case 'set':
        table.set(one.key, one.entry)
        map.set(one.key, one.entry)
        break
      case 'delete':
        table.delete(one.key)
        map.delete(one.key)
        break
      case 'expire':
        for (const dropped of table.expire(one.floor, one.looks)) {
          if ((map.get(dropped)?.expiresAt ?? one.floor) >= one.floor) tooEarly.push(dropped)
          map.delete(dropped)
        }
    }
  }
  return { table, map, tooEarly }
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return getHeapStatistics().used_heap_size
}

const leadId = (index: number): string => `id:0192f0c1-2a3b-7000-8000-${String(index).padStart(12, '0')}`
const digest = (index: number): string => `${'0'.repeat(20)}${String(index).padStart(12, '0')}`

test('a table holds what a map would hold, whatever is set, deleted and expired', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const { table, map, tooEarly } = follow(steps)
      expect(tooEarly).toEqual([])
      expect(table.size).toBe(map.size)
      for (const [key, entry] of map) expect(table.get(key)).toEqual(entry)
      const all = new Set(steps.flatMap((one) => (one.type === 'expire' || map.has(one.key) ? [] : [one.key])))
      for (const key of all) expect(table.get(key)).toBeUndefined()
    }),
    { numRuns: 60 },
  )
})

test('a search over all entries finds every one that has expired, and none again', () => {
  const table = createEntryTable()
  for (let index = 0; index < 10_000; index++) {
    table.set(leadId(index), { value: digest(index), at: 0, expiresAt: index % 2 })
  }
  const dropped = table.expire(1, 20_000)
  expect(new Set(dropped).size).toBe(5_000)
  expect(dropped.length).toBe(5_000)
  expect(table.expire(1, 20_000)).toEqual([])
  expect(table.size).toBe(5_000)
  expect(table.get(leadId(4_242))).toBeUndefined()
  expect(table.get(leadId(4_243))).toEqual({ value: digest(4_243), at: 0, expiresAt: 1 })
})

test('a lead id takes less than 150 bytes for as long as it is remembered, none of them in the heap', () => {
  const table = createEntryTable()
  const before = heapBytes()
  const count = 200_000
  for (let index = 0; index < count; index++) table.set(leadId(index), { value: digest(index), at: 0, expiresAt: 1 })
  expect(table.size).toBe(count)
  expect(table.bytes / count).toBeLessThan(150)
  expect((heapBytes() - before) / count).toBeLessThan(1)
})

test('a day of ids that come and go takes no more memory than the first day did', () => {
  const table = createEntryTable()
  const day = 20_000
  let after = 0
  for (let index = 0; index < day * 10; index++) {
    table.set(leadId(index), { value: digest(index), at: index, expiresAt: index + day })
    table.expire(index, 4)
    if (index === day * 2) after = table.bytes
  }
  expect(table.size).toBeLessThan(day * 1.4)
  expect(table.bytes).toBeLessThan(after * 1.4)
})

test('a counter that is written again and again takes the memory of a few', () => {
  const table = createEntryTable()
  for (let index = 0; index < 100_000; index++) {
    table.set('counter', { value: 'x'.repeat(index % 100), at: 0, expiresAt: 1 })
    table.expire(0, 2)
  }
  expect(table.size).toBe(1)
  expect(table.bytes).toBeLessThan(20_000)
})
