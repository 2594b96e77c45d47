import { expect, test } from 'vitest'
import { keyBytes } from './key-bytes.ts'

test('keys are the bytes of their texts, each its own', () => {
  const texts = Array.from({ length: 2_000 }, (_, index) => `${'größe'.repeat(index % 7)}${index}`)
  texts.push('', 'ß'.repeat(20_000), 'after it')
  const keys = texts.map(keyBytes)
  expect(keys.map(String)).toEqual(texts)
})
