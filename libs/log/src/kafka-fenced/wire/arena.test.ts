import { expect, test } from 'vitest'
import { createArena } from './arena.ts'

test('what is taken lies side by side, also when there is more of it than ever before', () => {
  const arena = createArena()
  const taken = [3, 5, 100, 7].map((bytes, index) => arena.take(bytes).fill(index))
  expect(taken.map((part) => [part.length, new Set(part)])).toEqual([
    [3, new Set([0])],
    [5, new Set([1])],
    [100, new Set([2])],
    [7, new Set([3])],
  ])
})

test('once it has grown, the same memory is taken again and again', () => {
  const arena = createArena()
  arena.take(100)
  arena.reuse()
  const first = arena.take(60)
  arena.reuse()
  const second = arena.take(60)
  expect([second.buffer, second.byteOffset]).toEqual([first.buffer, first.byteOffset])
  expect(arena.take(40).buffer).toBe(first.buffer)
})
