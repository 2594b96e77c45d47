import { LeadlineError } from '@leadline/domain'
import { type AvroReader, openAvroReader, openAvroWriter } from './avro-encoding.ts'
import type { EventName, Events } from './events.ts'
import { findUnknownMember } from './field-checks.ts'
import { schemaFingerprint } from './fingerprint.ts'
import { decodeJson, encodeJson } from './json-encoding.ts'
import { openRegistry, type Registry, type RegistryOptions, registerAll } from './registry.ts'
import { type EventSchema, loadReleasedSchemas, loadSchemas } from './schemas.ts'

export interface CodecOptions {
  /** What is written. All encodings are read, whatever this says. */
  readonly encoding: 'avro' | 'json'
  /** Avro is framed with ids of this registry; absent: with fingerprints. */
  readonly registry?: RegistryOptions | undefined
}

/** Events as bytes. Which encoding a record has is told by its first bytes. */
export interface Codec {
  /** Throws RECORD_INVALID when a field is not what its schema says. */
  encode<N extends EventName>(name: N, event: Events[N]): Buffer
  /**
   * A promise only when the schema must be looked up in the registry first. Throws or rejects with RECORD_UNDECODABLE,
   * or LOG_UNAVAILABLE when the registry does not answer.
   */
  decode<N extends EventName>(name: N, bytes: Buffer): Events[N] | Promise<Events[N]>
  /**
   * What `encode` returned is needed no more: later events may be written over it. To be called once for each, or never; other bytes are
   * left alone.
   */
  release(encoded: Buffer): void
}

type Schemas = Readonly<Record<EventName, EventSchema>>

/** Reads the schemas and, for Avro with a registry, registers them: rejects with LOG_MISMATCH or LOG_UNAVAILABLE when that fails. */
export async function openCodec(options: CodecOptions): Promise<Codec> {
  const schemas = loadSchemas()
  const registry = options.registry === undefined ? undefined : openRegistry(options.registry)
  const ids =
    registry !== undefined && options.encoding === 'avro' ? await registerAll(registry, Object.values(schemas)) : undefined
  const byFingerprint = readersByFingerprint(schemas)
  const byId = new Map(Array.from(ids ?? [], ([event, id]) => [id, openAvroReader(schemas[event], schemas[event].json)]))
  const lookUp = registry === undefined ? undefined : openLookup(registry, schemas, byId)
  const { encode, release } = options.encoding === 'json' ? jsonEncoder(schemas) : avroEncoder(schemas, ids)
  return {
    encode,
    release,
    decode(name, bytes) {
      switch (framingOf(bytes)) {
        case 'json':
          return readable(name, () => checked(name, decodeJson(schemas[name], bytes)))
        case 'single-object':
          return readBody(name, byFingerprint.get(fingerprintIn(bytes)), bytes.subarray(10))
        case 'registry': {
          const id = bytes.readUInt32BE(1)
          const known = byId.get(id)
          if (known !== undefined || lookUp === undefined) return readBody(name, known, bytes.subarray(5))
          return lookUp(id).then((reader) => readBody(name, reader, bytes.subarray(5)))
        }
        case 'unknown':
          throw undecodable(name, 'the first bytes are of no encoding that is read here')
      }
    },
  }
}

type Framing = 'json' | 'single-object' | 'registry' | 'unknown'

function framingOf(bytes: Buffer): Framing {
  if (bytes[0] === 0xc3 && bytes[1] === 0x01 && bytes.length >= 10) return 'single-object'
  if (bytes[0] === 0x00 && bytes.length >= 5) return 'registry'
  return bytes[0] === 0x7b ? 'json' : 'unknown'
}

type Encoder = Pick<Codec, 'encode' | 'release'>

function jsonEncoder(schemas: Schemas): Encoder {
  return { encode: (name, event) => encodeJson(schemas[name], event), release: () => {} }
}

function avroEncoder(schemas: Schemas, ids: ReadonlyMap<EventName, number> | undefined): Encoder {
  const { write, release } = openAvroWriter()
  const prefixes = new Map(Object.values(schemas).map((schema) => [schema.event, prefixOf(schema, ids?.get(schema.event))]))
  const encode: Codec['encode'] = (name, event) =>
    write(schemas[name], prefixes.get(name) ?? prefixOf(schemas[name], undefined), event)
  return { encode, release }
}

function prefixOf(schema: Pick<EventSchema, 'json'>, id: number | undefined): Buffer {
  const prefix = Buffer.alloc(id === undefined ? 10 : 5)
  if (id !== undefined) prefix.writeUInt32BE(id, 1)
  else {
    prefix.writeUInt16BE(0xc301)
    prefix.writeBigUInt64LE(schemaFingerprint(schema.json), 2)
  }
  return prefix
}

function readersByFingerprint(schemas: Schemas): ReadonlyMap<string, AvroReader> {
  const written = [...Object.values(schemas), ...loadReleasedSchemas()]
  return new Map(
    written.map((schema) => [fingerprintIn(prefixOf(schema, undefined)), openAvroReader(schemas[schema.event], schema.json)]),
  )
}

/** Its eight bytes as text: a number of 64 bits costs more to make and to look up. */
function fingerprintIn(bytes: Buffer): string {
  return bytes.toString('latin1', 2, 10)
}

/** Looks an id up once and keeps its reader. Undefined: the registry has no such id, or its schema is of no event that is read here. */
function openLookup(
  registry: Registry,
  schemas: Schemas,
  byId: Map<number, AvroReader>,
): (id: number) => Promise<AvroReader | undefined> {
  const byRecordName = new Map(Object.values(schemas).map((schema) => [schema.recordName, schema]))
  return async (id) => {
    const json = await registry.readSchema(id)
    const name = typeof json === 'object' && json !== null && 'name' in json ? String(json['name']) : ''
    const current = byRecordName.get(name)
    if (json === undefined || current === undefined) return undefined
    const reader = readable(current.event, () => openAvroReader(current, json))
    byId.set(id, reader)
    return reader
  }
}

function readBody<N extends EventName>(name: N, reader: AvroReader | undefined, body: Buffer): Events[N] {
  if (reader === undefined) throw undecodable(name, 'written with a schema that is not known here')
  if (reader.event !== name) throw undecodable(name, `the record is a ${reader.event}`)
  return readable(name, () => checked(name, reader.read(body)))
}

/** A value checked beyond its Avro type. Throws RECORD_UNDECODABLE. */
function checked<N extends EventName>(name: N, value: unknown): Events[N] {
  const wrong = typeof value === 'object' && value !== null ? findUnknownMember(name, value) : 'value'
  if (wrong !== undefined) throw undecodable(name, `${wrong} holds nothing that is known here`)
  return value as Events[N]
}

/** Whatever `read` throws becomes RECORD_UNDECODABLE. */
function readable<T>(name: EventName, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof LeadlineError && error.code === 'RECORD_UNDECODABLE') throw error
    throw undecodable(name, error instanceof Error ? error.message : String(error), error)
  }
}

function undecodable(name: EventName, why: string, cause?: unknown): LeadlineError {
  return new LeadlineError('RECORD_UNDECODABLE', `no ${name} record: ${why}`, { cause, fields: { event: name } })
}
