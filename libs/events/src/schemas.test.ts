import { readdirSync, readFileSync } from 'node:fs'
import { isJsonObject, type Json } from '@leadline/domain'
import { parseJson } from '@leadline/formats'
import { describe, expect, it } from 'vitest'
import { openCodec } from './codec.ts'
import type { EventName } from './events.ts'
import { eventNames } from './field-checks.ts'
import { canRead, loadReleasedSchemas, loadSchemas } from './schemas.ts'

const folder = new URL('../../../schemas/examples/', import.meta.url)
const schemas = loadSchemas()

describe('a released schema', () => {
  it.each(loadReleasedSchemas().map(({ name, event, json }) => ({ name, event, json })))(
    '$name can be read by today’s $event',
    ({ event, json }) => {
      expect(canRead(schemas[event].json, json)).toBe(true)
    },
  )

  it('exists for every event', () => {
    expect(new Set(loadReleasedSchemas().map(({ event }) => event))).toEqual(new Set(eventNames))
  })
})

describe('the compatibility check', () => {
  const released = schemas['step-outcome'].json

  it.each([
    {
      what: 'a new field without a default',
      planted: edited(released, (fields) => [...fields, { name: 'added', type: 'string' }]),
    },
    {
      what: 'a field that becomes another type',
      planted: edited(released, (fields) => fields.map((field) => retyped(field, 'attempt', 'string'))),
    },
    {
      what: 'a nullable field that must now be there',
      planted: edited(released, (fields) => fields.map((field) => retyped(field, 'reason', 'string'))),
    },
    { what: 'a renamed field', planted: edited(released, (fields) => fields.map((field) => renamed(field, 'step', 'stage'))) },
  ])('refuses $what', ({ planted }) => {
    expect(canRead(planted, released)).toBe(false)
  })

  it.each([
    {
      what: 'a new field with a default',
      planted: edited(released, (fields) => [...fields, { name: 'added', type: ['null', 'string'], default: null }]),
    },
    { what: 'a field that goes', planted: edited(released, (fields) => fields.slice(1)) },
    {
      what: 'an int that becomes a long',
      planted: edited(released, (fields) => fields.map((field) => retyped(field, 'attempt', 'long'))),
    },
  ])('accepts $what', ({ planted }) => {
    expect(canRead(planted, released)).toBe(true)
  })
})

describe('a schema', () => {
  it.each(eventNames.map((event) => ({ event })))('$event says what each of its fields means', ({ event }) => {
    const undocumented = fieldsOf(schemas[event].json).filter(
      (field) => isJsonObject(field) && String(field['doc'] ?? '').length < 10,
    )
    expect(undocumented).toEqual([])
  })

  it.each(eventNames.map((event) => ({ event })))('$event gives every nullable field the default null', ({ event }) => {
    const nullable = fieldsOf(schemas[event].json).filter((field) => isJsonObject(field) && Array.isArray(field['type']))
    expect(nullable.filter((field) => !(isJsonObject(field) && field['default'] === null))).toEqual([])
  })
})

describe('a valid example', async () => {
  const avro = await openCodec({ encoding: 'avro' })
  const json = await openCodec({ encoding: 'json' })

  it.each(examples('valid'))('$event/$name survives Avro and JSON unchanged', async ({ event, bytes, plain }) => {
    const read = await json.decode(event, bytes)
    const throughAvro = await avro.decode(event, avro.encode(event, read))
    expect({ ...throughAvro }).toEqual(read)
    expect(parseJson(json.encode(event, throughAvro).toString())).toEqual(plain)
  })
})

describe('an invalid example', async () => {
  const codec = await openCodec({ encoding: 'json' })

  it.each(examples('invalid'))('$event/$name is refused for that field', async ({ event, name, bytes }) => {
    const field = name.split('.')[0] ?? ''
    expect(() => codec.decode(event, bytes)).toThrow(
      expect.objectContaining({ code: 'RECORD_UNDECODABLE', message: expect.stringContaining(field) }),
    )
  })
})

interface Example {
  readonly event: EventName
  readonly name: string
  readonly bytes: Buffer
  readonly plain: Json
}

function examples(kind: 'valid' | 'invalid'): Example[] {
  return eventNames.flatMap((event) => {
    const files = new URL(`${event}/${kind}/`, folder)
    return readdirSync(files).map((file) => {
      const bytes = readFileSync(new URL(file, files))
      return { event, name: file.replace(/\.json$/, ''), bytes, plain: parseJson(bytes.toString()) }
    })
  })
}

function fieldsOf(schema: Json): readonly Json[] {
  return isJsonObject(schema) && Array.isArray(schema['fields']) ? schema['fields'] : []
}

function edited(schema: Json, edit: (fields: readonly Json[]) => readonly Json[]): Json {
  return isJsonObject(schema) ? { ...schema, fields: edit(fieldsOf(schema)) } : schema
}

function retyped(field: Json, name: string, type: string): Json {
  return isJsonObject(field) && field['name'] === name ? { name, type } : field
}

function renamed(field: Json, from: string, to: string): Json {
  return isJsonObject(field) && field['name'] === from ? { ...field, name: to } : field
}
