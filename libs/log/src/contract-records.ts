import { describe, expect, test } from 'vitest'
import type { ContractContext } from './contract-context.ts'
import { outgoing, readAll, texts } from './contract-owner.ts'
import type { LogRecord } from './log.ts'
import { partitionOf } from './murmur2.ts'

/** Records and topics: what comes out is what went in. */
export function recordContract({ log, topic, harness }: ContractContext): void {
  describe('records', () => {
    test('appended records are read back in order, with offsets that grow and the time of appending', async () => {
      const name = await topic()
      const before = Date.now()
      await log().append([outgoing(name, 'k', 'one'), outgoing(name, 'k', 'two')])
      await log().append([outgoing(name, 'k', 'three')])

      const records = await readAll(log(), name)

      expect(texts(records)).toEqual(['one', 'two', 'three'])
      expect(records.map(({ offset }) => offset)).toEqual(records.map(({ offset }) => offset).toSorted((a, b) => a - b))
      expect(records.every(({ timestamp }) => timestamp >= before - 1_000 && timestamp <= Date.now() + 1_000)).toBe(true)
    })

    test('many appends at once are all kept, each in its own order', async () => {
      const name = await topic()
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => log().append([outgoing(name, 'k', `${i}a`), outgoing(name, 'k', `${i}b`)])),
      )

      const values = texts(await readAll(log(), name))

      expect(new Set(values).size).toBe(100)
      expect(Array.from({ length: 50 }, (_, i) => values.indexOf(`${i}a`) < values.indexOf(`${i}b`))).not.toContain(false)
    })

    test('a record without a partition goes where the hash of its key says, a record with one goes there', async () => {
      const name = await topic({ partitions: 3 })
      await log().append([outgoing(name, 'lead-7', 'by key'), outgoing(name, 'lead-7', 'named', 2)])

      expect(texts(await readAll(log(), name, partitionOf(Buffer.from('lead-7'), 3)))).toContain('by key')
      expect(texts(await readAll(log(), name, 2))).toContain('named')
    })

    test('keys, values and headers come back byte for byte: empty, absent and binary ones are told apart', async () => {
      const name = await topic()
      const binary = Buffer.from([0, 255, 128, 0, 0, 0, 0])
      await log().append([
        { topic: name, partition: 0, key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {} },
        { topic: name, partition: 0, key: null, value: binary, headers: { id: binary, text: 'größe', empty: '' } },
        { topic: name, partition: 0, key: Buffer.alloc(4), value: Buffer.from('key of an abort marker'), headers: {} },
      ])

      const [empty, nulls, zeros] = await readAll(log(), name)

      expect(empty).toMatchObject({ key: Buffer.alloc(0), value: Buffer.alloc(0), headers: {} })
      expect(nulls).toMatchObject({ key: null, value: binary })
      expect(nulls?.headers).toEqual({ id: binary, text: Buffer.from('größe'), empty: Buffer.alloc(0) })
      expect(zeros?.key).toEqual(Buffer.alloc(4))
    })

    test('values may be written over once they are appended', async () => {
      const name = await topic()
      const value = Buffer.from('as it was')
      await log().append([{ topic: name, partition: 0, key: null, value, headers: {} }])
      value.fill('x')

      expect(texts(await readAll(log(), name))).toEqual(['as it was'])
    })

    test('a record of 1 MB passes whole', async () => {
      const name = await topic()
      const value = Buffer.alloc(1_048_576, 'leadline')
      await log().append([{ topic: name, key: null, value, headers: {} }])

      const [record] = await readAll(log(), name)

      expect(record?.value?.equals(value)).toBe(true)
    })

    test('a compacted topic keeps the newest record of a key, tombstones included', async () => {
      const name = await topic({ cleanup: 'compact' })
      await log().append([outgoing(name, 'a', 'old'), outgoing(name, 'a', 'new'), { ...outgoing(name, 'b', ''), value: null }])

      const records = await readAll(log(), name)

      expect(records.findLast(({ key }) => key?.toString() === 'a')?.value?.toString()).toBe('new')
      expect(records.findLast(({ key }) => key?.toString() === 'b')?.value).toBeNull()
    })
  })

  describe('reading', () => {
    test('a range ends before its upper offset, and at the end of the log', async () => {
      const name = await topic()
      await log().append(['a', 'b', 'c', 'd'].map((value) => outgoing(name, 'k', value)))

      const read = async (from: number, to: number) => {
        const found: LogRecord[] = []
        for await (const batch of log().read({ topic: name, partition: 0, from, to })) found.push(...batch)
        return texts(found)
      }

      expect(await read(1, 3)).toEqual(['b', 'c'])
      expect(await read(2, 1_000)).toEqual(['c', 'd'])
      expect(await read(4, 4)).toEqual([])
    })

    test('without an upper offset it follows the log until it is aborted, then ends without an error', async () => {
      const name = await topic()
      await log().append([outgoing(name, 'k', 'before')])
      const stop = new AbortController()
      const found: LogRecord[] = []

      for await (const batch of log().read({ topic: name, partition: 0, from: 0 }, stop.signal)) {
        found.push(...batch)
        if (found.length === 1) await log().append([outgoing(name, 'k', 'after')])
        if (found.length === 2) stop.abort()
      }

      expect(texts(found)).toEqual(['before', 'after'])
    })

    test('a reader that waits for nothing to come ends when it is aborted', async () => {
      const name = await topic()
      const stop = new AbortController()
      const reading = Array.fromAsync(log().read({ topic: name, partition: 0, from: 0 }, stop.signal))
      stop.abort()

      expect(await reading).toEqual([])
    })

    test('the ends of a topic are told for every partition in order', async () => {
      const name = await topic({ partitions: 2 })
      await log().append([outgoing(name, null, 'x', 1), outgoing(name, null, 'y', 1)])

      expect(await log().ends(name)).toEqual([
        { partition: 0, start: 0, end: 0 },
        { partition: 1, start: 0, end: 2 },
      ])
    })
  })

  describe('topics', () => {
    test('a topic nobody made is a mismatch, wherever it is named', async () => {
      const owner = { assigned: async () => {}, released: async () => {} }
      const mismatch = { code: 'LOG_MISMATCH' }

      await expect(log().ends('no-such-topic')).rejects.toMatchObject(mismatch)
      await expect(log().append([outgoing('no-such-topic', 'k', 'v')])).rejects.toMatchObject(mismatch)
      await expect(log().join('no-such-group', ['no-such-topic'], owner)).rejects.toMatchObject(mismatch)
      await expect(Array.fromAsync(log().read({ topic: 'no-such-topic', partition: 0, from: 0 }))).rejects.toMatchObject(mismatch)
    })

    test('topics that are as wanted are left alone; every difference of the others is named at once', async () => {
      const shape = { partitions: 2, cleanup: 'delete', retentionMs: 3_600_000, maxRecordBytes: 100_000 } as const
      const first = await topic(shape)
      const second = await topic(shape)

      await log().ensureTopics([{ name: first, ...shape }])
      const wrong = log().ensureTopics([
        { name: first, ...shape, partitions: 4, retentionMs: 60_000 },
        { name: second, ...shape, cleanup: 'compact' },
      ])

      await expect(wrong).rejects.toMatchObject({ code: 'LOG_MISMATCH' })
      await expect(wrong).rejects.toThrow(`${first}: partitions is 2, wanted 4`)
      await expect(wrong).rejects.toThrow(`${first}: retentionMs is 3600000, wanted 60000`)
      await expect(wrong).rejects.toThrow(`${second}: cleanup is delete, wanted compact`)
    })

    test('a record over the limit of its topic is refused by name', async () => {
      const name = await topic({ maxRecordBytes: 10_000 })

      await expect(log().append([outgoing(name, 'k', 'x'.repeat(40_000))])).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' })
    })
  })

  test('closing twice is closing once, and a closed log accepts nothing', async () => {
    const own = await harness().openApart()

    await own[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()

    await expect(own.append([outgoing('closed', 'k', 'v')])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  })
}
