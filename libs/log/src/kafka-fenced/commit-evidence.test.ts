import { expect, test } from 'vitest'
import { createCommitEvidence, type Written } from './commit-evidence.ts'
import type { Found } from './wire/batch-fate.ts'

const position = (offset: number) => ({ offset, metadata: `map ${offset}` })
const at = (offset: number): Written => ({ topic: 'out', partition: 0, offset, timestamp: 1_000 })

/** Of a lane that was opened with position 0, whose records are found so, by their offsets; what was asked for is noted. */
function evidenceWith(found: Readonly<Record<number, Found>>) {
  const looked: number[] = []
  const evidence = createCommitEvidence(position(0), async ({ offset }) => {
    looked.push(offset)
    return found[offset] ?? 'gone'
  })
  return { evidence, looked }
}

test.each<[string, Found, Found, number | undefined]>([
  ['is the one in doubt when its records are there', 'there', 'there', 20],
  ['is the one before when those in doubt are gone', 'there', 'gone', 10],
  ['is unknown when both are gone', 'gone', 'gone', undefined],
  ['is unknown when it cannot be told whether those in doubt are there', 'there', 'untold', undefined],
  ['is unknown when those in doubt are gone and of the others it cannot be told', 'untold', 'gone', undefined],
])('the last position %s', async (_what, last, inDoubt, proven) => {
  const { evidence } = evidenceWith({ 1: last, 2: inDoubt })
  evidence.committed(position(10), at(1))
  evidence.doubted(position(20), at(2))
  evidence.told(position(-1))
  expect(await evidence.find()).toEqual(proven === undefined ? undefined : position(proven))
})

test('the last position is the one that the lane was opened with while nothing was written, whatever the group tells', async () => {
  const { evidence } = evidenceWith({})
  evidence.told(position(-1))
  expect(await evidence.find()).toEqual(position(0))
  evidence.committed(position(1), 'nothing')
  expect(await evidence.find()).toEqual(position(1))
  evidence.doubted(position(2), 'nothing')
  expect(await evidence.find()).toEqual(position(1))
  evidence.told(position(2))
  expect(await evidence.find()).toEqual(position(2))
})

test('a commit without a place of its own is as good as the one before', async () => {
  const { evidence, looked } = evidenceWith({ 1: 'there' })
  evidence.committed(position(10), at(1))
  evidence.committed(position(11), 'nothing')
  evidence.committed(position(12), undefined)
  evidence.told(position(0))
  expect(await evidence.find()).toEqual(position(12))
  expect(looked).toEqual([1])
})

test('a commit in doubt that may have written, nobody knows where, leaves the last position unknown', async () => {
  const { evidence } = evidenceWith({ 1: 'there' })
  evidence.committed(position(10), at(1))
  evidence.doubted(position(20), undefined)
  expect(await evidence.find()).toBeUndefined()
  evidence.told(position(20))
  expect(await evidence.find()).toEqual(position(20))
})

test('nothing is looked for when the group tells the same and nothing is in doubt', async () => {
  const { evidence, looked } = evidenceWith({})
  evidence.committed(position(10), at(1))
  evidence.told(position(10))
  expect(await evidence.find()).toEqual(position(10))
  expect(looked).toEqual([])
})

test.each<[string, (evidence: ReturnType<typeof createCommitEvidence>) => unknown]>([
  ['the group', (evidence) => evidence.told(position(20))],
  ['its records', (evidence) => evidence.find()],
])('a commit that was in doubt until %s told of it is the last one afterwards', async (_who, tell) => {
  const { evidence } = evidenceWith({ 1: 'there', 2: 'there' })
  evidence.committed(position(10), at(1))
  evidence.doubted(position(20), at(2))
  await tell(evidence)
  evidence.doubted(position(30), at(3))
  expect(await evidence.find()).toEqual(position(20))
})

test('the last position cannot be told while nobody answers', async () => {
  const evidence = createCommitEvidence(position(0), () => Promise.reject(new Error('nobody answers')))
  evidence.doubted(position(10), at(1))
  await expect(evidence.find()).rejects.toThrow('nobody answers')
})
