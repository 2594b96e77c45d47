import type { JsonObject } from '@leadline/domain'
import { tooComplex } from './body-errors.ts'
import { decodeText } from './charset.ts'
import { addField, emptyTree, fieldsOf } from './field-tree.ts'
import type { JsonLimits } from './limits.ts'
import { namePath } from './name-path.ts'

const ampersand = 0x26
const equals = 0x3d
const percent = 0x25
const plus = 0x2b
const space = 0x20

/** Fields of an `application/x-www-form-urlencoded` body: dotted and bracketed names nest, repeated ones make arrays. */
export function parseForm(body: Buffer, charset: string, limits: JsonLimits): JsonObject {
  const tree = emptyTree()
  let count = 0
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf(ampersand, start)
    const end = found === -1 ? body.length : found
    if (end > start) {
      count += 1
      if (count > limits.keys) throw tooComplex('keys', limits.keys)
      addParameter(body.subarray(start, end))
    }
    start = end + 1
  }
  return fieldsOf(tree)

  function addParameter(pair: Buffer): void {
    const split = pair.indexOf(equals)
    const name = split === -1 ? pair : pair.subarray(0, split)
    const value = split === -1 ? Buffer.alloc(0) : pair.subarray(split + 1)
    const path = namePath(decodeComponent(name, charset))
    if (path.length > limits.depth) throw tooComplex('depth', limits.depth)
    addField(tree, path, decodeComponent(value, charset))
  }
}

/** Decodes to bytes first: `%E9` is `é` in ISO-8859-1, and half a character in UTF-8. A stray `%` stands for itself (WHATWG URL, percent-decode). */
function decodeComponent(bytes: Buffer, charset: string): string {
  const decoded = Buffer.alloc(bytes.length)
  let length = 0
  let seen = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const escaped = byte === percent ? hexByte(bytes, at + 1) : undefined
    if (escaped !== undefined) at += 2
    const plain = escaped ?? (byte === plus ? space : byte)
    decoded[length] = plain
    length += 1
    seen |= plain
  }
  if (seen < 0x80) return decoded.toString('latin1', 0, length)
  return decodeText(decoded.subarray(0, length), charset)
}

function hexByte(bytes: Buffer, at: number): number | undefined {
  const high = hexDigit(bytes[at])
  const low = hexDigit(bytes[at + 1])
  return high === undefined || low === undefined ? undefined : high * 16 + low
}

function hexDigit(code: number | undefined): number | undefined {
  if (code === undefined) return undefined
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}
