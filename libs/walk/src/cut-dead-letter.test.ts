import { LeadlineError } from '@leadline/domain'
import { maxEventBytes, openCodec, topicNames } from '@leadline/events'
import { expect, it } from 'vitest'
import { type RawRecord, rawDeadLetter } from './dead-letter-of.ts'
import { toRecord } from './draft.ts'

const topics = topicNames('')
const mebibyte = 1024 * 1024

async function written(encoding: 'avro' | 'json', record: Partial<RawRecord>, message = 'broken') {
  const codec = await openCodec({ encoding })
  const raw = { topic: 'submissions', partition: 0, offset: 7, key: null, value: null, headers: {}, ...record }
  const event = rawDeadLetter(raw, 'invalid', new LeadlineError('RECORD_INVALID', message), 1_000)
  const { value } = toRecord({ type: 'dead-letter', event }, { codec, topics })
  const bytes = value ?? Buffer.alloc(0)
  return { bytes, event: await codec.decode('dead-letter', bytes) }
}

it.each([
  ['value', 'avro', { value: Buffer.alloc(40 * mebibyte) }],
  ['value', 'json', { value: Buffer.alloc(3.5 * mebibyte) }],
  ['key', 'json', { key: Buffer.alloc(5 * mebibyte) }],
  ['headers', 'json', { headers: { large: Buffer.alloc(5 * mebibyte) } }],
  [
    'headers',
    'json',
    { headers: Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`header-${n}`, Buffer.alloc(200)])) },
  ],
] as const)(
  'a record that is too large for a dead letter by its %s, in %s, is cut and says so',
  async (what, encoding, record) => {
    const { bytes, event } = await written(encoding, record)

    expect(bytes.length).toBeLessThanOrEqual(maxEventBytes)
    expect(event.reason).toBe('too-large')
    expect(event.message).toMatch(new RegExp(`^broken; too large.* bytes of its ${what}`))
  },
)

it('a record that fits is kept whole', async () => {
  const value = Buffer.alloc(4 * mebibyte - 20_000, 'x')
  const { event } = await written('avro', { value })
  expect(event).toMatchObject({ reason: 'invalid', message: 'broken' })
  expect(event.rawValue?.equals(value)).toBe(true)
})

it('an error that quotes a large record does not make its dead letter too large', async () => {
  const { bytes } = await written('json', { value: Buffer.from('{}') }, '\u0001'.repeat(5 * mebibyte))
  expect(bytes.length).toBeLessThan(10_000)
})
