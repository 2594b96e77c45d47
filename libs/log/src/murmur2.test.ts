import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './murmur2.ts'

// Published vectors: org.apache.kafka.common.utils.UtilsTest.testMurmur2.
test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('the hash of %s is that of the Java client', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

test('a key with a negative hash gets the partition that the Java client gives it', () => {
  expect(partitionOf(Buffer.from('foobar'), 6)).toBe((-790332482 & 0x7fffffff) % 6)
})

test('an empty key has a partition of its own, always the same', () => {
  expect(partitionOf(Buffer.alloc(0), 12)).toBe(partitionOf(Buffer.from(''), 12))
})
