import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createQueue } from './queue.ts'

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  await new Promise((resolve) => setImmediate(resolve))
  runInNewContext('gc')()
}

test('gives what was put in, in that order, however much has passed through', () => {
  const queue = createQueue<number>()
  const given: (number | undefined)[] = []
  for (let index = 0; index < 5_000; index++) {
    queue.push(index)
    if (index % 3 !== 0) given.push(queue.shift())
  }
  while (queue.size > 0) given.push(queue.shift())
  expect(given).toEqual(Array.from({ length: 5_000 }, (_, index) => index))
  expect(queue.peek()).toBeUndefined()
  expect(queue.shift()).toBeUndefined()
})

test('holds on to nothing that was taken out', async () => {
  const queue = createQueue<{ index: number }>()
  for (let index = 0; index < 100; index++) queue.push({ index })
  const taken = Array.from({ length: 90 }, () => new WeakRef(queue.shift() ?? {}))
  await collectGarbage()
  expect(taken.filter((item) => item.deref() !== undefined).length).toBeLessThan(5)
  expect(queue.size).toBe(10)
})
