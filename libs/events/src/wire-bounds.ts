import { isJsonObject, type Json, type JsonObject } from '@leadline/domain'

/** Walks one Avro value from an offset and returns the offset after it. Throws RangeError when the bytes end first. */
type Walk = (bytes: Buffer, at: number) => number

/**
 * Throws RangeError unless `bytes` are exactly one value of the schema. avsc believes a block count before it has looked for the items, so that ten
 * corrupt bytes can cost gigabytes; this does not. Undefined for a schema without arrays and maps, where avsc needs no help.
 */
export function openBoundsCheck(schema: Json): ((bytes: Buffer) => void) | undefined {
  if (!/"(?:array|map)"/.test(JSON.stringify(schema))) return undefined
  const walk = walkOf(schema, new Map())
  return (bytes) => {
    if (walk(bytes, 0) !== bytes.length) throw new RangeError('trailing data')
  }
}

function walkOf(schema: Json, named: Map<string, Walk>): Walk {
  if (typeof schema === 'string') return primitives[schema] ?? ((bytes, at) => (named.get(schema) ?? unknownType)(bytes, at))
  if (Array.isArray(schema)) return unionOf(schema.map((branch: Json) => walkOf(branch, named)))
  if (!isJsonObject(schema)) return unknownType
  switch (schema['type']) {
    case 'record':
      return name(schema, named, recordOf(schema, named))
    case 'enum':
      return name(schema, named, skipLong)
    case 'fixed':
      return name(schema, named, fixed(Number(schema['size'])))
    case 'array':
      return blocksOf(walkOf(schema['items'] ?? null, named))
    case 'map':
      return blocksOf(sequence([skipBytes, walkOf(schema['values'] ?? null, named)]))
    default:
      return walkOf(schema['type'] ?? null, named)
  }
}

function name(schema: JsonObject, named: Map<string, Walk>, walk: Walk): Walk {
  const short = String(schema['name'])
  named.set(short, walk)
  named.set(`${String(schema['namespace'] ?? '')}.${short}`, walk)
  return walk
}

function recordOf(schema: JsonObject, named: Map<string, Walk>): Walk {
  const fields = Array.isArray(schema['fields']) ? schema['fields'] : []
  return sequence(fields.map((field: Json) => (isJsonObject(field) ? walkOf(field['type'] ?? null, named) : unknownType)))
}

function sequence(walks: readonly Walk[]): Walk {
  return (bytes, at) => {
    let end = at
    for (const walk of walks) end = walk(bytes, end)
    return end
  }
}

function unionOf(branches: readonly Walk[]): Walk {
  return (bytes, at) => (branches[readLong(bytes, at)] ?? unknownType)(bytes, skipLong(bytes, at))
}

/** A count of more items than bytes are left is a lie, except for items without bytes, which no event has. */
function blocksOf(item: Walk): Walk {
  return (bytes, at) => {
    let end = at
    for (;;) {
      const count = readLong(bytes, end)
      end = skipLong(bytes, end)
      if (count === 0) return end
      if (count < 0) end = skipLong(bytes, end)
      if (Math.abs(count) > bytes.length - end) throw new RangeError('more items than bytes')
      for (let done = 0; done < Math.abs(count); done += 1) end = item(bytes, end)
    }
  }
}

function fixed(size: number): Walk {
  return (bytes, at) => {
    if (at + size > bytes.length) throw new RangeError('truncated')
    return at + size
  }
}

function skipBytes(bytes: Buffer, at: number): number {
  const length = readLong(bytes, at)
  const end = skipLong(bytes, at) + length
  if (length < 0 || end > bytes.length) throw new RangeError('truncated')
  return end
}

function skipLong(bytes: Buffer, at: number): number {
  for (let end = at; end < at + 10; end += 1) {
    const byte = bytes[end]
    if (byte === undefined) throw new RangeError('truncated')
    if (byte < 0x80) return end + 1
  }
  throw new RangeError('a number of more than ten bytes')
}

/** Zigzag; in floating point, for what is past 2^53 is past every length too. */
function readLong(bytes: Buffer, at: number): number {
  let value = 0
  let scale = 1
  for (let end = at; end < at + 10; end += 1) {
    const byte = bytes[end] ?? 0
    value += (byte & 0x7f) * scale
    scale *= 128
    if (byte < 0x80) break
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

function unknownType(): number {
  throw new RangeError('unknown type')
}

const primitives: Readonly<Record<string, Walk>> = {
  null: (_, at) => at,
  boolean: fixed(1),
  int: skipLong,
  long: skipLong,
  float: fixed(4),
  double: fixed(8),
  bytes: skipBytes,
  string: skipBytes,
}
