import { readdirSync, readFileSync } from 'node:fs'
import { isJsonObject, type Json, type JsonObject, LeadlineError } from '@leadline/domain'
import { parseJson } from '@leadline/formats'
import avro from 'avsc'
import type { EventName } from './events.ts'
import { eventNames } from './field-checks.ts'

/** The schema that one event is written with today. */
export interface EventSchema {
  readonly event: EventName
  /** Full name of the record, `leadline.StepOutcome`: also its subject in a schema registry. */
  readonly recordName: string
  readonly text: string
  readonly json: Json
  readonly type: avro.Type
  readonly fields: readonly EventField[]
}

/** A field as the JSON encoding sees it. */
export interface EventField {
  readonly name: string
  readonly default: Json | undefined
  /** Strings in it stand for bytes. */
  readonly bytes: boolean
}

export interface ReleasedSchema {
  readonly event: EventName
  /** `step-outcome.v1` */
  readonly name: string
  readonly json: Json
}

const folder = new URL('../../../schemas/', import.meta.url)

/** Today's schema of every event, from `schemas/`. */
export function loadSchemas(): Readonly<Record<EventName, EventSchema>> {
  const schemas = eventNames.map((event) => [event, loadSchema(event)] as const)
  return Object.fromEntries(schemas) as Record<EventName, EventSchema>
}

/** Every version of every event that was ever written, from `schemas/released/`. */
export function loadReleasedSchemas(): readonly ReleasedSchema[] {
  return readdirSync(new URL('released/', folder)).flatMap((file) => {
    const name = file.replace(/\.avsc$/, '')
    const event = eventNames.find((candidate) => name.replace(/\.v\d+$/, '') === candidate)
    if (event === undefined || name === file) return []
    return [{ event, name, json: parseJson(readFileSync(new URL(`released/${file}`, folder), 'utf8')) }]
  })
}

/** The type of an Avro schema; logical types stay the numbers they are. Throws what avsc throws for an invalid one. */
export function avroType(schema: Json): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema)
}

/** Whether a reader with one schema can read what was written with the other (Avro 1.12, "Schema Resolution"). */
export function canRead(reader: Json, writer: Json): boolean {
  try {
    avroType(reader).createResolver(avroType(writer))
    return true
  } catch {
    return false
  }
}

function loadSchema(event: EventName): EventSchema {
  const text = readFileSync(new URL(`${event}.avsc`, folder), 'utf8')
  const json = parseJson(text)
  const type = avroType(json)
  if (type.name === undefined || !isJsonObject(json))
    throw new LeadlineError('CONFIGURATION', `schemas/${event}.avsc is no named record`)
  return { event, recordName: type.name, text, json, type, fields: fieldsOf(json) }
}

function fieldsOf(schema: JsonObject): readonly EventField[] {
  const fields = Array.isArray(schema['fields']) ? schema['fields'].filter(isJsonObject) : []
  return fields.map((field: JsonObject) => ({
    name: String(field['name']),
    default: field['default'],
    bytes: JSON.stringify(field['type']).includes('"bytes"'),
  }))
}
