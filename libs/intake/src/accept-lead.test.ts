import { newLeadId } from '@leadline/domain'
import { topicNames } from '@leadline/events'
import { parseFields } from '@leadline/formats'
import { standardFieldTypes } from '@leadline/language'
import { describe, expect, it } from 'vitest'
import { acceptLead, bodyDigestOf, receivedRecord, type Submission } from './accept-lead.ts'
import { dedupeKeyOf } from './dedupe-key.ts'
import { traceparentOf } from './traceparent.ts'

const leadId = newLeadId(1_700_000_000_000, new Uint8Array(10))
const json = (text: string) => parseFields('application/json', Buffer.from(text))
const window = { fields: ['email', 'home.phone'], windowMs: 60_000 }
const encodeName = { encode: (name: string) => Buffer.from(name) }
const wire = { codec: encodeName, topics: topicNames('t.') }
const submission: Submission = {
  flow: {
    name: 'demo',
    title: 'Demo',
    version: 'abc',
    sources: new Map(),
    dedupe: window,
    fields: standardFieldTypes,
    settings: {},
    gates: new Map(),
  },
  source: 'web',
  leadId,
  fields: json('{"email":"ada@example.com","home":{"phone":5551234},"id":12345678901234567890,"note":null,"blank":""}'),
  origin: 'http',
  receivedAt: 1_700_000_000_000,
  traceparent: null,
}

describe('an accepted lead', () => {
  it('keeps every digit, null and blank of its fields', () => {
    expect(acceptLead(submission).lead).toBe(
      '{"email":"ada@example.com","home":{"phone":5551234},"id":12345678901234567890,"note":null,"blank":""}',
    )
  })

  it('is the same event when it is accepted again', () => {
    const again = acceptLead({ ...submission, receivedAt: 1_800_000_000_000 })
    expect(again.eventId).toBe(acceptLead(submission).eventId)
  })

  it('has its fields in normal form, as they came where they cannot be read, and says which those are', () => {
    const event = acceptLead({ ...submission, fields: { phone: '(737) 874-2833', state: 'georgia', email: 'nobody' } })
    expect(JSON.parse(event.lead)).toEqual({ phone: '7378742833', state: 'GA', email: 'nobody' })
    expect(event.invalidFields).toEqual(['email'])
  })

  it('has one dedupe key and one order key however its fields are written', () => {
    const flow = { ...submission.flow, dedupe: { fields: ['phone'], windowMs: 1 }, orderBy: 'phone' }
    const [first, second] = ['(737) 874-2833', '+1 737.874.2833'].map((phone) =>
      acceptLead({ ...submission, flow, fields: { phone } }),
    )
    expect(first?.dedupeKey).toBe(second?.dedupeKey)
    const [one, other] = ['(737) 874-2833', '+1 737.874.2833'].map((phone) =>
      receivedRecord(
        acceptLead({ ...submission, flow: { ...flow, dedupe: null }, fields: { phone } }),
        wire,
        flow,
      ).key.toString(),
    )
    expect(one).toBe(other)
    expect(one).not.toBe(leadId)
  })

  it('carries the flow, its version and the source', () => {
    expect(acceptLead(submission)).toMatchObject({ flow: 'demo', flowVersion: 'abc', source: 'web', origin: 'http', leadId })
  })
})

describe('the record of an accepted lead', () => {
  it('has the dedupe key of its flow as key, so that duplicates meet on one partition', () => {
    const event = acceptLead(submission)
    expect(receivedRecord(event, wire).key?.toString()).toBe(`demo:${event.dedupeKey}`)
  })

  it('has the lead id as key when the flow has no window', () => {
    const event = acceptLead({ ...submission, flow: { ...submission.flow, dedupe: null } })
    expect(receivedRecord(event, wire).key?.toString()).toBe(leadId)
  })

  it('goes to leads.received with headers for whoever routes without decoding', () => {
    const record = receivedRecord(acceptLead({ ...submission, traceparent: 'trace' }), wire)
    expect(record.topic).toBe('t.leads.received')
    expect(record.headers).toEqual({ flow: 'demo', source: 'web', 'lead-id': leadId, traceparent: 'trace' })
    expect(record.value?.toString()).toBe('lead-received')
  })
})

describe('the dedupe key', () => {
  it('ignores case and blanks around the values', () => {
    const one = dedupeKeyOf(window, json('{"email":"ada@example.com","home":{"phone":"5551234"}}'))
    expect(dedupeKeyOf(window, submission.fields)).toBe(one)
  })

  it.each(['{"email":"a@b.c"}', '{"email":"a@b.c","home":{"phone":null}}', '{"email":" ","home":{"phone":"1"}}'])(
    'is absent when a field is: %s',
    (fields) => {
      expect(dedupeKeyOf(window, json(fields))).toBeNull()
    },
  )

  it('keeps values apart that read the same when joined', () => {
    const one = dedupeKeyOf(window, json('{"email":"ab","home":{"phone":"c"}}'))
    expect(dedupeKeyOf(window, json('{"email":"a","home":{"phone":"bc"}}'))).not.toBe(one)
  })

  it('shows nothing of the values', () => {
    expect(dedupeKeyOf(window, submission.fields)).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('the body digest', () => {
  it('does not depend on the order of names, at any depth', () => {
    expect(bodyDigestOf(json('{"a":1,"b":{"c":2,"d":[3]}}'))).toBe(bodyDigestOf(json('{"b":{"d":[3],"c":2},"a":1}')))
  })

  it.each(['{"a":"1"}', '{"a":[1]}', '{"a":1,"b":null}', '{"a":1.0000000000000000001}'])('tells {"a":1} from %s', (other) => {
    expect(bodyDigestOf(json(other))).not.toBe(bodyDigestOf(json('{"a":1}')))
  })
})

describe('the trace of a lead', () => {
  const random = (bytes: number) => new Uint8Array(bytes).fill(0xab)
  const made = `00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-01`

  it('is the trace of the caller', () => {
    const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    expect(traceparentOf(header, random)).toBe(header)
  })

  it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `00-${'a'.repeat(32)}-${'0'.repeat(16)}-00`])(
    'is new when the caller sent %s',
    (header) => {
      expect(traceparentOf(header, random)).toBe(made)
    },
  )
})
