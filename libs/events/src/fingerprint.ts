import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

/** CRC-64-AVRO of a schema's Parsing Canonical Form: what single-object encoding calls the schema by (Avro 1.12, "Schema Fingerprints"). */
export function schemaFingerprint(schema: Json): bigint {
  return crc64(Buffer.from(canonicalForm(schema)))
}

/** A schema without docs, defaults and aliases, names in full, keys in a fixed order (Avro 1.12, "Transforming into Parsing Canonical Form"). */
export function canonicalForm(schema: Json): string {
  return JSON.stringify(canonical(schema, ''))
}

const empty = 0xc15d213aa4d7a795n

const table = Array.from({ length: 256 }, (_, byte) => {
  let entry = BigInt(byte)
  for (let bit = 0; bit < 8; bit += 1) entry = (entry >> 1n) ^ ((entry & 1n) === 1n ? empty : 0n)
  return entry
})

function crc64(bytes: Buffer): bigint {
  return bytes.reduce((sum, byte) => (sum >> 8n) ^ (table[Number((sum ^ BigInt(byte)) & 0xffn)] ?? 0n), empty)
}

const primitives: ReadonlySet<Json | undefined> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
])

function canonical(schema: Json, namespace: string): Json {
  if (typeof schema === 'string') return primitives.has(schema) ? schema : fullName(schema, namespace)
  if (Array.isArray(schema)) return schema.map((branch: Json) => canonical(branch, namespace))
  if (!isJsonObject(schema)) return schema
  if (primitives.has(schema['type']) || isJsonObject(schema['type'])) return canonical(schema['type'] ?? null, namespace)
  return ordered(schema, namespace)
}

function ordered(schema: JsonObject, namespace: string): JsonObject {
  const { name, type, fields, symbols, items, values, size } = schema
  const full =
    typeof name === 'string' ? fullName(name, typeof schema['namespace'] === 'string' ? schema['namespace'] : namespace) : null
  const inner = full === null ? namespace : full.split('.').slice(0, -1).join('.')
  return {
    ...(full === null ? {} : { name: full }),
    type: type ?? null,
    ...(Array.isArray(fields) ? { fields: fields.map((field: Json) => canonicalField(field, inner)) } : {}),
    ...(symbols === undefined ? {} : { symbols }),
    ...(items === undefined ? {} : { items: canonical(items, inner) }),
    ...(values === undefined ? {} : { values: canonical(values, inner) }),
    ...(size === undefined ? {} : { size: Number(size) }),
  }
}

function canonicalField(field: Json, namespace: string): Json {
  return isJsonObject(field) ? { name: field['name'] ?? null, type: canonical(field['type'] ?? null, namespace) } : field
}

function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}
