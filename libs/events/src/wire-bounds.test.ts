import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { avroType } from './schemas.ts'
import { openBoundsCheck } from './wire-bounds.ts'

const schema = {
  type: 'record',
  name: 'Sample',
  namespace: 'test',
  fields: [
    { name: 'names', type: { type: 'array', items: 'string' } },
    { name: 'raw', type: { type: 'map', values: 'bytes' } },
    { name: 'amount', type: ['null', 'double'] },
    { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
    { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 4 } },
    { name: 'count', type: 'long' },
    { name: 'again', type: ['null', 'test.Sample'] },
  ],
}

const type = avroType(schema)

describe('the bounds check', () => {
  it('accepts whatever the schema can write', () => {
    const plain = {
      names: fc.array(fc.string()),
      raw: fc.dictionary(
        fc.string({ minLength: 1 }),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      amount: fc.option(fc.double()),
      kind: fc.constantFrom('A', 'B'),
      digest: fc.constant(Buffer.from('abcd')),
      count: fc.maxSafeInteger().filter((count) => Math.abs(count) < 9007199254740990),
    }
    const sample = fc.record({ ...plain, again: fc.option(fc.record({ ...plain, again: fc.constant(null) })) })
    fc.assert(
      fc.property(sample, (value) => {
        openBoundsCheck(schema)?.(type.toBuffer(value))
      }),
    )
  })

  it.each([
    { what: 'an array that claims a billion items', bytes: [0x80, 0xa8, 0xd6, 0xb9, 0x07, 0x00] },
    { what: 'a block of negative count that claims a billion', bytes: [0xff, 0xa7, 0xd6, 0xb9, 0x07, 0x02, 0x00] },
    { what: 'a string longer than the record', bytes: [0x02, 0xfe, 0x7f, 0x61] },
    { what: 'a string of negative length', bytes: [0x02, 0x01, 0x00] },
    { what: 'a number that never ends', bytes: Array.from({ length: 64 }, () => 0xff) },
    { what: 'an unknown union branch', bytes: [0x00, 0x00, 0x08] },
    { what: 'nothing', bytes: [] },
  ])('refuses $what at once', ({ bytes }) => {
    expect(() => openBoundsCheck(schema)?.(Buffer.from(bytes))).toThrow(RangeError)
  })

  it('refuses bytes after the value', () => {
    const value = { names: [], raw: {}, amount: null, kind: 'A', digest: Buffer.from('abcd'), count: 1, again: null }
    expect(() => openBoundsCheck(schema)?.(Buffer.concat([type.toBuffer(value), Buffer.from([0])]))).toThrow(/trailing/)
  })

  it('is left out for a schema without arrays and maps', () => {
    expect(openBoundsCheck({ type: 'record', name: 'Flat', fields: [{ name: 'a', type: 'string' }] })).toBeUndefined()
  })
})
