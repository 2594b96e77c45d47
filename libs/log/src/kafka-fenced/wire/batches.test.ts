import { compressionsAlgorithms, crc32c } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutgoingRecord } from '../../log.ts'
import { encodeBatch } from './encode-batch.ts'
import { type AbortedTransaction, readBatches } from './read-batches.ts'

const producer = { id: 7n, epoch: 3 }
const outgoing = (value: string): OutgoingRecord => ({
  topic: 't',
  key: Buffer.from('k'),
  value: Buffer.from(value),
  headers: {},
})

/** As a broker keeps it: with its first offset. */
function kept(records: readonly OutgoingRecord[], baseOffset: number, by: { id: bigint; epoch: number } = producer): Buffer {
  const batch = encodeBatch(records, { producer: by, transactional: true, sequence: 0, nowMs: 1_700_000_000_000 })
  batch.writeBigInt64BE(BigInt(baseOffset), 0)
  return batch
}

function marker(producerId: bigint, offset: number): Buffer {
  const batch = kept([{ topic: 't', key: Buffer.from([0, 0, 0, 0]), value: Buffer.alloc(6), headers: {} }], offset, {
    id: producerId,
    epoch: 0,
  })
  batch.writeInt16BE((1 << 4) | (1 << 5), 21)
  return batch
}

function read(batches: readonly Buffer[], from = 0, aborted: readonly AbortedTransaction[] = []) {
  const deliveries = [...readBatches({ topic: 't', partition: 4, bytes: Buffer.concat(batches), aborted }, from)]
  const records = deliveries.flatMap((delivery) => delivery.records)
  const nextOffset = deliveries.at(-1)?.nextOffset ?? from
  // Each tells how far one has come with it, so that reading can go on from there.
  for (const delivery of deliveries.slice(0, -1)) expect(delivery.nextOffset).toBe((delivery.records.at(-1)?.offset ?? NaN) + 1)
  return { values: records.map(({ offset, value }) => `${offset}:${value}`), nextOffset, records }
}

describe('a record batch', () => {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
  const headers = fc.dictionary(fc.string({ minLength: 1, maxLength: 20 }), fc.oneof(fc.string({ maxLength: 40 }), bytes), {
    maxKeys: 4,
  })
  const record = fc.record({ topic: fc.constant('t'), key: fc.option(bytes), value: fc.option(bytes), headers })

  test('is read as it was written, byte for byte', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 200 }), fc.nat(), fc.nat(3), (made, base, apart) => {
        // Some have the very headers of the one before.
        const records = made.map((one, index) => ({ ...one, headers: made[index - (index % (apart + 1))]?.headers ?? {} }))
        const { records: found, nextOffset } = read([kept(records, base)], base)
        expect(nextOffset).toBe(base + records.length)
        expect(found.map(({ key, value }) => [key, value])).toEqual(records.map(({ key, value }) => [key, value]))
        const texts = records.map((one) => Object.entries(one.headers).map(([name, header]) => [name, Buffer.from(header)]))
        expect(found.map((one) => Object.entries(one.headers))).toEqual(texts)
        expect(found.map(({ offset }) => offset)).toEqual(records.map((_, index) => base + index))
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  test('shares equal headers of records that follow each other, and keeps those apart that only look alike', () => {
    const of = (step: string, attempt: string): OutgoingRecord => ({ ...outgoing('v'), headers: { flow: 'f', step, attempt } })
    const { records } = read([kept([of('a', '1'), of('a', '1'), of('a', '2'), of('ab', '1'), of('', '1')], 0)])
    const texts = records.map(({ headers }) => `${headers['flow']} ${headers['step']} ${headers['attempt']}`)
    expect(texts).toEqual(['f a 1', 'f a 1', 'f a 2', 'f ab 1', 'f  1'])
    expect(records[1]?.headers['step']).toBe(records[0]?.headers['step'])
  })

  test('carries its length, its checksum, and who wrote it in which order', () => {
    const batch = encodeBatch([outgoing('a'), outgoing('b')], {
      producer,
      transactional: true,
      sequence: 5,
      nowMs: 1_700_000_000_000,
    })

    expect(batch.readInt32BE(8)).toBe(batch.length - 12)
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)))
    expect([batch.readBigInt64BE(43), batch.readInt16BE(51), batch.readInt32BE(53), batch.readInt32BE(57)]).toEqual([7n, 3, 5, 2])
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('compressed by %s is read', (name) => {
    const plain = kept([outgoing('squeezed '.repeat(50))], 9)
    const algorithm = compressionsAlgorithms[name]
    const batch = Buffer.concat([plain.subarray(0, 61), algorithm.compressSync(plain.subarray(61))])
    batch.writeInt32BE(batch.length - 12, 8)
    batch.writeInt16BE((1 << 4) | algorithm.bitmask, 21)

    expect(read([batch], 9).values).toEqual([`9:${'squeezed '.repeat(50)}`])
  })

  test('that was cut off is left for the next fetch', () => {
    const [whole, cut] = [kept([outgoing('a')], 0), kept([outgoing('b')], 1).subarray(0, 69)]
    expect(read([whole, cut])).toMatchObject({ values: ['0:a'], nextOffset: 1 })
    expect(read([cut], 1)).toMatchObject({ values: [], nextOffset: 1 })
  })

  test('that began before the wanted offset gives only what is behind it', () => {
    expect(read([kept([outgoing('a'), outgoing('b'), outgoing('c')], 10)], 12)).toMatchObject({
      values: ['12:c'],
      nextOffset: 13,
    })
  })

  test('that lies about its records is an error, not a record', () => {
    const batch = kept([outgoing('a')], 0)
    batch.writeInt32BE(3, 57)
    expect(() => read([batch])).toThrow(RangeError)
  })

  test('of the format before Kafka 0.11 is named', () => {
    const batch = kept([outgoing('a')], 0)
    batch.writeInt8(1, 16)
    expect(() => read([batch])).toThrow('format 1')
  })
})

describe('aborted transactions', () => {
  test('are passed over, however they interleave and however the broker sorts them', () => {
    const [a, b] = [
      { id: 1n, epoch: 0 },
      { id: 2n, epoch: 0 },
    ]
    const log = [
      kept([outgoing('a aborted')], 0, a),
      kept([outgoing('b aborted')], 1, b),
      kept([outgoing('a aborted too')], 2, a),
      marker(1n, 3),
      kept([outgoing('a kept')], 4, a),
      marker(2n, 5),
      kept([outgoing('b kept')], 6, b),
      marker(1n, 7),
      marker(2n, 8),
    ]
    const aborted = [
      { producerId: 2n, firstOffset: 1n },
      { producerId: 1n, firstOffset: 0n },
    ]

    expect(read(log, 0, aborted)).toMatchObject({ values: ['4:a kept', '6:b kept'], nextOffset: 9 })
  })

  test('that began before the fetch still hide what is in it', () => {
    const log = [kept([outgoing('aborted')], 5, { id: 1n, epoch: 0 }), marker(1n, 6)]
    expect(read(log, 5, [{ producerId: 1n, firstOffset: 2n }])).toMatchObject({ values: [], nextOffset: 7 })
  })

  test('can be twice by one producer', () => {
    const one = { id: 1n, epoch: 0 }
    const log = [
      kept([outgoing('x')], 0, one),
      marker(1n, 1),
      kept([outgoing('y')], 2, one),
      marker(1n, 3),
      kept([outgoing('z')], 4, one),
    ]
    const aborted = [
      { producerId: 1n, firstOffset: 0n },
      { producerId: 1n, firstOffset: 2n },
    ]
    expect(read(log, 0, aborted).values).toEqual(['4:z'])
  })
})
