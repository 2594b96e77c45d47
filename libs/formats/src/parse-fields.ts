import { isJsonObject, type JsonObject } from '@leadline/domain'
import { tooLarge, unparsable } from './body-errors.ts'
import { decodeText } from './charset.ts'
import { parseForm } from './form.ts'
import { parseJson } from './json.ts'
import { defaultLimits, type JsonLimits } from './limits.ts'
import { charsetOf, parseMediaType } from './media-type.ts'
import { parseMultipart } from './parse-multipart.ts'
import { parseXmlFields } from './xml.ts'

/**
 * The fields of a submitted body, read as its content type says: JSON, XML, a form or multipart, in its charset.
 * Throws BODY_UNSUPPORTED_TYPE, BODY_UNPARSABLE, BODY_TOO_COMPLEX or BODY_TOO_LARGE.
 */
export function parseFields(
  contentType: string | null | undefined,
  body: Buffer,
  limits: JsonLimits = defaultLimits,
): JsonObject {
  const { format, charset, boundary } = parseMediaType(contentType)
  if (body.length > limits.bytes) throw tooLarge(limits.bytes)
  switch (format) {
    case 'json':
      return parseJsonFields(decodeText(body, charset ?? 'utf-8'), limits)
    case 'xml':
      return parseXmlFields(decodeText(body, charset ?? declaredCharset(body)), limits)
    case 'form':
      return parseForm(body, charset ?? 'utf-8', limits)
    case 'multipart':
      return parseMultipart(body, boundary, charset ?? 'utf-8', limits)
  }
}

/** The fields of a query string, with or without its question mark. Throws like `parseFields`. */
export function parseQuery(search: string, limits: JsonLimits = defaultLimits): JsonObject {
  const bytes = Buffer.from(search.startsWith('?') ? search.slice(1) : search)
  if (bytes.length > limits.bytes) throw tooLarge(limits.bytes)
  return parseForm(bytes, 'utf-8', limits)
}

function parseJsonFields(text: string, limits: JsonLimits): JsonObject {
  const value = parseJson(text, limits)
  if (!isJsonObject(value)) throw unparsable('expected an object', text, text.search(/[^ \t\r\n]/))
  return value
}

/** XML may name its charset in its first line (XML 1.0, 4.3.3). */
function declaredCharset(body: Buffer): string {
  const name = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/.exec(body.toString('latin1', 0, 200))?.[1]
  return name === undefined ? 'utf-8' : charsetOf(name)
}
