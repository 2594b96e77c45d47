import { LeadlineError } from '@leadline/domain'
import { describe, expect, test } from 'vitest'
import type { LogRecord, ReadRange } from '../log.ts'
import { createCommitEvidence, isThere, type Written } from './commit-evidence.ts'

const position = (offset: number) => ({ offset, metadata: `map ${offset}` })
const at = (offset: number): Written => ({ topic: 'out', partition: 0, offset, timestamp: 1_000 })

function evidenceWith(there: readonly number[]) {
  return createCommitEvidence(position(0), async ({ offset }) => there.includes(offset))
}

describe('the last position whose records are there', () => {
  test('is the one in doubt when its records are', async () => {
    const evidence = evidenceWith([1, 2])
    evidence.committed(position(10), at(1))
    evidence.doubted(position(20), at(2))
    expect(await evidence.find()).toEqual(position(20))
  })

  test('is the one before when those in doubt are not', async () => {
    const evidence = evidenceWith([1])
    evidence.committed(position(10), at(1))
    evidence.doubted(position(20), at(2))
    expect(await evidence.find()).toEqual(position(10))
  })

  test('is the first one while nothing was written, whatever the group tells', async () => {
    const evidence = evidenceWith([])
    evidence.told(position(-1))
    expect(await evidence.find()).toEqual(position(0))
    evidence.committed(position(1), undefined)
    expect(await evidence.find()).toEqual(position(1))
    evidence.doubted(position(2), undefined)
    expect(await evidence.find()).toEqual(position(1))
  })

  test('is unknown when the log has lost both', async () => {
    const evidence = evidenceWith([])
    evidence.committed(position(10), at(1))
    evidence.doubted(position(20), at(2))
    expect(await evidence.find()).toBeUndefined()
  })

  test('is that of a commit after them of which no records are known', async () => {
    const evidence = evidenceWith([1])
    evidence.committed(position(10), at(1))
    evidence.committed(position(11), undefined)
    expect(await evidence.find()).toEqual(position(11))
    evidence.doubted(position(12), undefined)
    expect(await evidence.find()).toEqual(position(11))
    evidence.told(position(12))
    expect(await evidence.find()).toEqual(position(12))
  })

  test('is not looked for when the group tells the same and nothing is in doubt', async () => {
    const evidence = createCommitEvidence(position(0), () => Promise.reject(new Error('looked for')))
    evidence.committed(position(10), at(1))
    evidence.told(position(10))
    expect(await evidence.find()).toEqual(position(10))
  })

  test.each([
    ['the group', async (evidence: ReturnType<typeof evidenceWith>) => evidence.told(position(20))],
    ['its records', async (evidence: ReturnType<typeof evidenceWith>) => void (await evidence.find())],
  ])('is that of a commit that was in doubt until %s told of it', async (_who, settle) => {
    const evidence = evidenceWith([1, 2])
    evidence.committed(position(10), at(1))
    evidence.doubted(position(20), at(2))
    await settle(evidence)
    evidence.doubted(position(30), at(3))
    expect(await evidence.find()).toEqual(position(20))
  })

  test('is not that of a commit in doubt of which the group has told that it was not made', async () => {
    const evidence = evidenceWith([1])
    evidence.committed(position(10), at(1))
    evidence.doubted(position(20), at(2))
    evidence.told(position(10))
    evidence.doubted(position(30), undefined)
    expect(await evidence.find()).toEqual(position(10))
  })

  test('cannot be told while the log does not answer', async () => {
    const evidence = createCommitEvidence(position(0), () => Promise.reject(new Error('nobody answers')))
    evidence.committed(position(10), at(1))
    await expect(evidence.find()).rejects.toThrow('nobody answers')
  })
})

describe('a record', () => {
  const record = (offset: number, timestamp: number): LogRecord => ({
    ...{ topic: 'out', partition: 0, offset, timestamp },
    ...{ key: null, value: null, headers: {} },
  })
  /** Readers see the record at offset 7 only once all transactions on it are over. */
  function logWith({ timestamp = 1_000, error }: { timestamp?: number; error?: Error }) {
    let over = false
    return {
      settled: async () => {
        over = true
      },
      async *read({ from, to }: ReadRange) {
        if (error !== undefined) throw error
        if (over && from === 7 && to === 8) yield [record(7, timestamp)]
      },
    }
  }

  test('is there when it is read after all transactions on its partition are over', async () => {
    expect(await isThere(logWith({}), at(7))).toBe(true)
  })

  test.each([
    ['its offset holds nothing, or was aborted', logWith({}), at(8)],
    ['its offset holds a record of another time', logWith({ timestamp: 2_000 }), at(7)],
    ['its topic is gone', logWith({ error: new LeadlineError('LOG_MISMATCH', 'the log has no topic out') }), at(7)],
    [
      'it may not be read',
      logWith({ error: Object.assign(new Error('not allowed'), { type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false }) }),
      at(7),
    ],
  ])('is not there when %s', async (_why, log, written) => {
    expect(await isThere(log, written)).toBe(false)
  })

  test('may be there when no broker answers', async () => {
    const log = logWith({ error: new LeadlineError('LOG_UNAVAILABLE', 'no broker answers') })
    await expect(isThere(log, at(7))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  })
})
