import { expect, test } from 'vitest'
import { type Headers, onceForSame } from './same-headers.ts'

test('what is counted is that of the headers asked for, each time; the very same ones are counted once', () => {
  const counted: Headers[] = []
  const count = onceForSame((headers) => {
    counted.push(headers)
    return Object.keys(headers).length
  })
  const [one, two] = [{ a: '1' }, { a: '1', b: '2' }]
  expect([one, one, two, two, { ...two }, one].map(count)).toEqual([1, 1, 2, 2, 2, 1])
  expect(counted).toEqual([one, two, { ...two }, one])
})
