import { eventId, isJsonObject, type Json, parseLeadId } from '@leadline/domain'
import { eventNames, type LeadReceived, loadSchemas, openCodec } from '@leadline/events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeSchemaRegistry, openFakeSchemaRegistry } from '../fakes/schema-registry.ts'

const schema = loadSchemas()['lead-received']

const received: LeadReceived = {
  eventId: eventId('received', 1),
  leadId: parseLeadId('0197a1f0-5c1e-7d42-9b7a-3f2c4d5e6f70'),
  flow: 'demo',
  flowVersion: 'a1b2c3d4e5f6',
  source: 'web',
  receivedAt: 1_767_225_600_000,
  origin: 'http',
  dedupeKey: null,
  bodyDigest: 'sha256:0',
  invalidFields: [],
  traceparent: null,
  lead: '{"account":12345678901234567890}',
}

let registry: FakeSchemaRegistry

beforeEach(async () => {
  registry = await openFakeSchemaRegistry()
})

afterEach(async () => {
  await registry[Symbol.asyncDispose]()
})

describe('a codec with a schema registry', () => {
  it('registers every schema under its record name, as BACKWARD_TRANSITIVE', async () => {
    await openCodec({ encoding: 'avro', registry: { url: registry.url } })
    const names = Object.values(loadSchemas()).map(({ recordName }) => recordName)
    expect([...registry.subjects.keys()].sort()).toEqual(names.sort())
    expect(registry.requests).toContain('PUT /config/leadline.LeadReceived')
  })

  it('registers nothing new when it starts again', async () => {
    await openCodec({ encoding: 'avro', registry: { url: registry.url } })
    await openCodec({ encoding: 'avro', registry: { url: registry.url } })
    expect([...registry.subjects.values()]).toEqual(eventNames.map(() => [expect.any(Number)]))
  })

  it('frames records with a zero byte and the schema’s id, and reads them back at once', async () => {
    const codec = await openCodec({ encoding: 'avro', registry: { url: registry.url } })
    const bytes = codec.encode('lead-received', received)
    expect(bytes[0]).toBe(0)
    expect(registry.subjects.get('leadline.LeadReceived')).toEqual([bytes.readUInt32BE(1)])
    expect({ ...codec.decode('lead-received', bytes) }).toEqual(received)
  })

  it('reads what codecs without one wrote', async () => {
    const codec = await openCodec({ encoding: 'avro', registry: { url: registry.url } })
    const single = await openCodec({ encoding: 'avro' })
    const json = await openCodec({ encoding: 'json' })
    expect({ ...(await codec.decode('lead-received', single.encode('lead-received', received))) }).toEqual(received)
    expect(await codec.decode('lead-received', json.encode('lead-received', received))).toEqual(received)
  })

  it('sends the credentials of its address, and keeps them out of errors', async () => {
    const url = registry.url.replace('//', '//user:p%40ss@')
    await openCodec({ encoding: 'avro', registry: { url } })
    expect(new Set(registry.credentials)).toEqual(new Set([`Basic ${Buffer.from('user:p@ss').toString('base64')}`]))
    registry.setCompatibility('leadline.LeadReceived', 'NONE')
    await expect(openCodec({ encoding: 'avro', registry: { url } })).rejects.toThrow(/^(?!.*p(%40|@)ss)/)
  })

  it('writes JSON without asking the registry anything', async () => {
    await openCodec({ encoding: 'json', registry: { url: registry.url } })
    expect(registry.requests).toEqual([])
  })
})

describe('at start, a registry', () => {
  it('that holds an incompatible schema is a mismatch, naming the subject', async () => {
    registry.plant('leadline.LeadReceived', retyped(schema.json, 'receivedAt', 'string'))
    await expect(openCodec({ encoding: 'avro', registry: { url: registry.url } })).rejects.toMatchObject({
      code: 'LOG_MISMATCH',
      message: expect.stringContaining('leadline.LeadReceived'),
    })
  })

  it('whose subject is not BACKWARD_TRANSITIVE is a mismatch, saying what it must be', async () => {
    registry.setCompatibility('leadline.StepOutcome', 'NONE')
    await expect(openCodec({ encoding: 'avro', registry: { url: registry.url } })).rejects.toMatchObject({
      code: 'LOG_MISMATCH',
      message: expect.stringMatching(/leadline\.StepOutcome.*BACKWARD_TRANSITIVE/),
    })
  })

  it('that fails is unavailable', async () => {
    registry.failNext(100, 500)
    const opening = openCodec({ encoding: 'avro', registry: { url: registry.url, lookupRetries: 0 } })
    await expect(opening).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', message: expect.stringContaining(registry.url) })
  })

  it('that is not there is unavailable', async () => {
    const opening = openCodec({ encoding: 'avro', registry: { url: 'http://127.0.0.1:9', lookupRetries: 0 } })
    await expect(opening).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  })
})

describe('a record whose schema id is not known yet', () => {
  const older = withoutField(schema.json, 'traceparent')

  it('is read once its schema was looked up, and the lookup is kept', async () => {
    const id = registry.plant('leadline.LeadReceived', older)
    const codec = await openCodec({ encoding: 'json', registry: { url: registry.url } })
    const bytes = await writtenWith(older, id)
    expect({ ...(await codec.decode('lead-received', bytes)) }).toEqual(received)
    expect({ ...codec.decode('lead-received', bytes) }).toEqual(received)
    expect(registry.requests).toEqual([`GET /schemas/ids/${id}`])
  })

  it('is looked up again while the registry fails', async () => {
    const id = registry.plant('leadline.LeadReceived', older)
    const codec = await openCodec({ encoding: 'json', registry: { url: registry.url, lookupRetries: 2 } })
    registry.failNext(2, 503)
    expect({ ...(await codec.decode('lead-received', await writtenWith(older, id))) }).toEqual(received)
  })

  it('is not undecodable while the registry does not answer', async () => {
    const codec = await openCodec({ encoding: 'json', registry: { url: registry.url, lookupRetries: 0 } })
    registry.failNext(10, 500)
    await expect(codec.decode('lead-received', await writtenWith(older, 7))).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  })

  it.each([
    { what: 'the registry has no such id', planted: undefined },
    { what: 'the schema is of another event', planted: loadSchemas()['step-work'].json },
    { what: 'the schema is of no event', planted: { type: 'record', name: 'Stranger', namespace: 'other', fields: [] } },
    { what: 'today’s schema cannot read it', planted: retyped(schema.json, 'receivedAt', 'string') },
  ])('is undecodable when $what', async ({ planted }) => {
    const id = planted === undefined ? 99 : registry.plant('anything', planted)
    const codec = await openCodec({ encoding: 'json', registry: { url: registry.url } })
    await expect(codec.decode('lead-received', await writtenWith(older, id))).rejects.toMatchObject({
      code: 'RECORD_UNDECODABLE',
    })
  })
})

/** The sample framed with an id; `older` lacks only its `traceparent`, which stands as one zero byte before the lead. */
async function writtenWith(older: Json, id: number): Promise<Buffer> {
  expect(older).not.toEqual(schema.json)
  const codec = await openCodec({ encoding: 'avro' })
  const body = codec.encode('lead-received', received).subarray(10)
  const leadAt = body.indexOf(received.lead) - 1
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(id, 1)
  return Buffer.concat([prefix, body.subarray(0, leadAt - 1), body.subarray(leadAt)])
}

function fieldsOf(json: Json): readonly Json[] {
  return isJsonObject(json) && Array.isArray(json['fields']) ? json['fields'] : []
}

function withoutField(json: Json, name: string): Json {
  return { ...Object(json), fields: fieldsOf(json).filter((field) => !(isJsonObject(field) && field['name'] === name)) }
}

function retyped(json: Json, name: string, type: string): Json {
  return {
    ...Object(json),
    fields: fieldsOf(json).map((field) => (isJsonObject(field) && field['name'] === name ? { name, type } : field)),
  }
}
