import { LeadlineError } from '@leadline/domain'

export type BodyFormat = 'json' | 'xml' | 'form' | 'multipart'

export interface MediaType {
  readonly format: BodyFormat
  /** Label for `TextDecoder`; null when the content type names none. */
  readonly charset: string | null
  /** What stands between the parts of a multipart body. */
  readonly boundary: string | null
}

/** Throws BODY_UNSUPPORTED_TYPE for a media type or charset that is not read. */
export function parseMediaType(contentType: string | null | undefined): MediaType {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim())
  const format = formatOf(type.toLowerCase())
  if (format === undefined)
    throw unsupported(type === '' ? 'no content type' : `content type ${JSON.stringify(type.slice(0, 80))}`)
  const charset = parameterOf(parameters, 'charset')
  // The signs of a form are single bytes.
  if (format === 'form' && /^utf-?16/i.test(charset ?? '')) throw unsupported('a form in UTF-16')
  return { format, charset: charset === null ? null : charsetOf(charset), boundary: parameterOf(parameters, 'boundary') }
}

function parameterOf(parameters: readonly string[], name: string): string | null {
  const found = parameters.find((parameter) => parameter.toLowerCase().replace(/\s*=/, '=').startsWith(`${name}=`))
  return found === undefined ? null : found.replace(/^[^=]*=\s*/, '').replace(/^"(.*)"$/, '$1')
}

/** The `TextDecoder` label of a charset name; ISO-8859-1 is read as windows-1252, as everywhere on the web. */
export function charsetOf(name: string): string {
  const plain = name.trim().replaceAll('"', '').toLowerCase()
  const label = knownLabel(plain)
  if (label === undefined) throw unsupported(`charset ${JSON.stringify(plain.slice(0, 80))}`)
  return label
}

function knownLabel(name: string): string | undefined {
  if (name === 'us-ascii' || name === 'ascii') return 'utf-8'
  try {
    return new TextDecoder(name).encoding
  } catch {
    return undefined
  }
}

function formatOf(type: string): BodyFormat | undefined {
  if (type === 'application/json' || type === 'text/json' || /^[a-z]+\/[\w.-]+\+json$/.test(type)) return 'json'
  if (type === 'application/xml' || type === 'text/xml' || /^[a-z]+\/[\w.-]+\+xml$/.test(type)) return 'xml'
  if (type === 'multipart/form-data') return 'multipart'
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined
}

function unsupported(what: string): LeadlineError {
  return new LeadlineError('BODY_UNSUPPORTED_TYPE', `${what} is not read here: send JSON, XML or a form`)
}
