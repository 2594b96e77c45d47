import { parseLeadId } from '@leadline/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCodec } from './codec.ts'
import type { StepWork } from './events.ts'
import { schemaFingerprint } from './fingerprint.ts'
import { loadSchemas } from './schemas.ts'

const work: StepWork = {
  leadId: parseLeadId('0197a1f0-5c1e-7d42-9b7a-3f2c4d5e6f70'),
  flow: 'demo',
  flowVersion: 'a1b2c3d4e5f6',
  source: 'web',
  receivedAt: 1_767_225_600_000,
  step: 'phone_check',
  generation: 0,
  keyGeneration: 0,
  attempt: 1,
  firstFailedAt: null,
  seq: 1,
  doneSteps: ['score'],
  replayId: null,
  traceparent: null,
  price: 12.5,
  lastOutcome: null,
  lastReason: null,
  lastStep: null,
  orderKey: null,
  lead: '{"account":12345678901234567890,"name":"Zoë"}',
  appended: '{}',
}

const avro = await openCodec({ encoding: 'avro' })
const json = await openCodec({ encoding: 'json' })

describe('the Avro encoding without a registry', () => {
  it('starts with the single-object marker and the schema’s fingerprint, little-endian', () => {
    const bytes = avro.encode('step-work', work)
    expect(bytes.subarray(0, 2)).toEqual(Buffer.from([0xc3, 0x01]))
    expect(bytes.readBigUInt64LE(2)).toBe(schemaFingerprint(loadSchemas()['step-work'].json))
  })

  it('gives back what was written, at once', () => {
    expect({ ...avro.decode('step-work', avro.encode('step-work', work)) }).toEqual(work)
  })

  it('carries an event larger than any before it, and a small one after it', () => {
    const large = { ...work, lead: JSON.stringify('x'.repeat(3_000_000)) }
    expect({ ...avro.decode('step-work', avro.encode('step-work', large)) }).toEqual(large)
    expect({ ...avro.decode('step-work', avro.encode('step-work', work)) }).toEqual(work)
  })

  it('gives each record bytes of its own', () => {
    const first = avro.encode('step-work', work)
    avro.encode('step-work', { ...work, flow: 'other' })
    expect({ ...avro.decode('step-work', first) }).toEqual(work)
  })
})

describe('the memory of encoded events', () => {
  it('is used again when all that lie in it are released', async () => {
    const codec = await openCodec({ encoding: 'avro' })
    const encode = () => codec.encode('step-work', { ...work, lead: JSON.stringify('x'.repeat(50_000)) })
    const seen = new Set<ArrayBufferLike>()
    for (let round = 0; round < 100; round++) {
      const written = Array.from({ length: 12 }, encode)
      for (const { buffer } of written) seen.add(buffer)
      for (const bytes of written) codec.release(bytes)
    }
    expect(seen.size).toBeLessThanOrEqual(4)
  })

  it('is left alone while one of them is needed, whatever is released around it and in whatever order', async () => {
    const codec = await openCodec({ encoding: 'avro' })
    // How long the event is, and which of those that are needed are released after it.
    const made = fc.record({
      length: fc.oneof({ weight: 20, arbitrary: fc.nat(2_000) }, fc.constantFrom(100_000, 300_000)),
      released: fc.array(fc.nat(), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(made, { minLength: 50, maxLength: 400 }), (events) => {
        const needed: { readonly bytes: Buffer; readonly lead: string }[] = []
        const take = ({ bytes, lead }: (typeof needed)[number]): void => {
          expect(codec.decode('step-work', bytes)).toMatchObject({ lead })
          codec.release(bytes)
        }
        events.forEach(({ length, released }, index) => {
          const lead = JSON.stringify(String.fromCharCode(65 + (index % 26)).repeat(length))
          needed.push({ bytes: codec.encode('step-work', { ...work, lead }), lead })
          for (const which of released) needed.splice(which % Math.max(1, needed.length), 1).forEach(take)
        })
        needed.forEach(take)
      }),
    )
  })

  it('is left alone when other bytes are released', async () => {
    const codec = await openCodec({ encoding: 'avro' })
    const first = codec.encode('step-work', work)
    codec.release(Buffer.from('no event'))
    codec.release(json.encode('step-work', work))
    codec.encode('step-work', { ...work, flow: 'other' })
    expect({ ...(await codec.decode('step-work', first)) }).toEqual(work)
  })

  it('cannot be released twice', async () => {
    const codec = await openCodec({ encoding: 'avro' })
    const bytes = codec.encode('step-work', work)
    codec.release(bytes)
    expect(() => codec.release(bytes)).toThrow('released twice')
  })
})

describe('the JSON encoding', () => {
  it('is readable: plain names and values, the lead as JSON text', () => {
    expect(JSON.parse(json.encode('step-work', work).toString())).toEqual(work)
  })

  it('is read by a codec that writes Avro, and the other way round', async () => {
    expect({ ...(await avro.decode('step-work', json.encode('step-work', work))) }).toEqual(work)
    expect({ ...(await json.decode('step-work', avro.encode('step-work', work))) }).toEqual(work)
  })

  it('drops a field it does not know and fills in an absent nullable one', () => {
    const { replayId: _, ...others } = work
    expect(json.decode('step-work', Buffer.from(JSON.stringify({ ...others, later: 1 })))).toEqual(work)
  })
})

describe('an event that is not what its schema says', () => {
  it.each([
    { codec: avro, encoding: 'Avro' },
    { codec: json, encoding: 'JSON' },
  ])('is not written as $encoding, and the field is named', ({ codec }) => {
    expect(() => codec.encode('step-work', { ...work, attempt: 1.5 })).toThrow(
      expect.objectContaining({ code: 'RECORD_INVALID', message: expect.stringContaining('attempt') }),
    )
  })
})

describe('a record that cannot be read', () => {
  const good = avro.encode('step-work', work)

  it.each([
    { what: 'nothing', bytes: Buffer.alloc(0), why: /first bytes/ },
    { what: 'text', bytes: Buffer.from('hello'), why: /first bytes/ },
    { what: 'a marker without a fingerprint', bytes: good.subarray(0, 9), why: /first bytes/ },
    { what: 'broken JSON', bytes: Buffer.from('{"leadId":'), why: /line 1, column 11/ },
    { what: 'JSON that is no such event', bytes: Buffer.from('{}'), why: /leadId/ },
    { what: 'half a record', bytes: good.subarray(0, 60), why: /truncated/ },
    { what: 'a record and more', bytes: Buffer.concat([good, Buffer.from('x')]), why: /trailing/ },
    {
      what: 'an unknown fingerprint',
      bytes: Buffer.concat([good.subarray(0, 2), Buffer.alloc(8), good.subarray(10)]),
      why: /schema that is not known/,
    },
    { what: 'a registry id where there is no registry', bytes: Buffer.from([0, 0, 0, 0, 1, 2]), why: /schema that is not known/ },
  ])('is refused as RECORD_UNDECODABLE: $what', ({ bytes, why }) => {
    expect(() => avro.decode('step-work', bytes)).toThrow(
      expect.objectContaining({ code: 'RECORD_UNDECODABLE', message: expect.stringMatching(why) }),
    )
  })

  it('is refused when it is another event', () => {
    expect(() => avro.decode('activity', good)).toThrow(/the record is a step-work/)
  })

  it('never costs more than its size, whatever bytes are flipped', () => {
    const flip = fc.array(fc.tuple(fc.integer({ min: 10, max: good.length - 1 }), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(flip, (changes) => {
        const bytes = Buffer.from(good)
        for (const [at, value] of changes) bytes[at] = value
        expect(readOrCode(bytes)).toMatch(/^(read|RECORD_UNDECODABLE)$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

function readOrCode(bytes: Buffer): string {
  try {
    avro.decode('step-work', bytes)
    return 'read'
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'))
  }
}
