import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { LogRecord } from '../log.ts'
import type { PartitionReader } from './partition-reader.ts'
import { readPartition } from './read-partition.ts'

function recordAt(offset: number): LogRecord {
  return { topic: 't', partition: 0, offset, timestamp: 0, key: null, value: Buffer.from('v'), headers: {} }
}

/** One record a fetch, for ever. */
const endless: PartitionReader = {
  fetch: async (from) => ({ records: [recordAt(from)], nextOffset: from + 1, committedEnd: from + 1 }),
  close: () => {},
}

/** Nothing comes. */
const silent: PartitionReader = { fetch: () => new Promise(() => {}), close: () => {} }

const range = { topic: 't', partition: 0, from: 0 }
const listener = () => {}

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  await new Promise((resolve) => setImmediate(resolve))
  runInNewContext('gc')()
}

test('whoever follows a partition keeps nothing of what he has read', async () => {
  const stop = new AbortController()
  const reading = readPartition({ reader: endless, range, stop: stop.signal, listener })
  const read: WeakRef<LogRecord>[] = []
  for (let count = 0; count < 100; count++) {
    const { value } = await reading.next()
    read.push(...(value ?? []).map((record: LogRecord) => new WeakRef(record)))
  }
  await collectGarbage()
  expect(read.length).toBe(100)
  expect(read.filter((record) => record.deref() !== undefined).length).toBeLessThan(5)
  await reading.return(undefined)
})

test('a reader that waits ends when it is told to', async () => {
  const stop = new AbortController()
  const reading = readPartition({ reader: silent, range, stop: stop.signal, listener }).next()
  stop.abort()
  expect((await reading).done).toBe(true)
})

test('a range is read to its end though a broker that holds its clients back leaves the partition out of answers', async () => {
  let asked = 0
  const heldBack: PartitionReader = {
    fetch: async (from) =>
      ++asked % 5 === 0
        ? { records: [recordAt(from)], nextOffset: from + 1, committedEnd: 3 }
        : { records: [], nextOffset: from, committedEnd: undefined },
    close: () => {},
  }
  const read: number[] = []
  const stop = new AbortController().signal
  for await (const records of readPartition({ reader: heldBack, range: { ...range, to: 10 }, stop, listener }))
    read.push(...records.map(({ offset }) => offset))

  expect(read).toEqual([0, 1, 2])
})
