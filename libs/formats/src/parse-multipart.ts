import type { JsonObject } from '@leadline/domain'
import { tooComplex, unparsableAt } from './body-errors.ts'
import { decodeText } from './charset.ts'
import { addField, emptyTree, type FieldTree, fieldsOf } from './field-tree.ts'
import type { JsonLimits } from './limits.ts'
import { charsetOf } from './media-type.ts'
import { namePath } from './name-path.ts'

/**
 * Fields of a `multipart/form-data` body (RFC 7578). Names nest and repeat as in a form. A file is a field with `filename`, `content_type` and
 * its `content` in base64. The bytes are here already, so this is one pass over them; nothing is copied but what becomes a value.
 */
export function parseMultipart(body: Buffer, boundary: string | null, charset: string, limits: JsonLimits): JsonObject {
  if (boundary === null || boundary === '' || boundary.length > 70) throw broken('the content type names no boundary', body, 0)
  const tree = emptyTree()
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  // The first delimiter may stand at the very start, without its line break.
  const startsAtOnce = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2))
  let at = startsAtOnce ? delimiter.length - 2 : after(body.indexOf(delimiter), delimiter.length)
  if (at === -1) throw broken('the boundary is not there', body, 0)
  for (let count = 1; !isEnd(body, at); count += 1) {
    if (count > limits.keys) throw tooComplex('keys', limits.keys)
    const start = lineEnd(body, at)
    const next = body.indexOf(delimiter, Math.max(at, start - 2))
    if (next === -1) throw broken('a part does not end', body, at)
    addPart(tree, body.subarray(start, next), { charset, limits, body, at })
    at = next + delimiter.length
  }
  return fieldsOf(tree)
}

interface PartPlace {
  readonly charset: string
  readonly limits: JsonLimits
  readonly body: Buffer
  readonly at: number
}

const blankLine = Buffer.from('\r\n\r\n')
const longestHeaders = 8_192

function addPart(tree: FieldTree, part: Buffer, { charset, limits, body, at }: PartPlace): void {
  const headersEnd = part.subarray(0, longestHeaders).indexOf(blankLine)
  if (headersEnd === -1) throw broken('a part has no headers, or too many', body, at)
  const headers = decodeText(part.subarray(0, headersEnd), 'utf-8')
  const content = part.subarray(headersEnd + blankLine.length)
  const name = parameterIn(headers, 'name')
  if (name === undefined) throw broken('a part has no name', body, at)
  const path = namePath(name)
  if (path.length > limits.depth) throw tooComplex('depth', limits.depth)
  const type = /^content-type:[ \t]*(.*)$/im.exec(headers)?.[1]?.trim() ?? ''
  const filename = parameterIn(headers, 'filename')
  if (filename === undefined) {
    const own = /charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]
    return addField(tree, path, decodeText(content, own === undefined ? charset : charsetOf(own)))
  }
  // Browsers send a file that nobody chose with an empty name.
  if (filename === '' && content.length === 0) return
  addField(tree, [...path, 'filename'], filename)
  addField(tree, [...path, 'content_type'], type)
  addField(tree, [...path, 'content'], content.toString('base64'))
}

const parameters = {
  name: /;[ \t]*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i,
  filename: /;[ \t]*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i,
} as const

/** A parameter of Content-Disposition, as browsers write it: `%22`, `%0D` and `%0A` stand for what would end it. */
function parameterIn(headers: string, name: keyof typeof parameters): string | undefined {
  const disposition = /^content-disposition:[ \t]*form-data(.*)$/im.exec(headers)?.[1] ?? ''
  const [, quoted, plain] = parameters[name].exec(disposition) ?? []
  const text = quoted?.replace(/\\(["\\])/g, '$1') ?? plain
  return text?.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function isEnd(body: Buffer, at: number): boolean {
  return body[at] === 0x2d && body[at + 1] === 0x2d
}

/** Where the part starts: after the line of its delimiter. */
function lineEnd(body: Buffer, at: number): number {
  const found = body.indexOf('\r\n', at)
  if (found === -1) throw broken('a part does not end', body, at)
  return found + 2
}

function after(found: number, length: number): number {
  return found === -1 ? -1 : found + length
}

function broken(what: string, body: Buffer, at: number) {
  const before = body.subarray(0, at).toString('latin1')
  return unparsableAt(what, before.split('\n').length, at - before.lastIndexOf('\n'))
}
