import { LeadlineError } from '@leadline/domain'

export type BodyFormat = 'json' | 'xml' | 'form'

export interface MediaType {
  readonly format: BodyFormat
  /** Label for `TextDecoder`; null when the content type names none. */
  readonly charset: string | null
}

const charsets: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  'iso-8859-1': 'windows-1252',
  latin1: 'windows-1252',
  'windows-1252': 'windows-1252',
}

/** Throws BODY_UNSUPPORTED_TYPE for a media type or charset that is not read. */
export function parseMediaType(contentType: string | null | undefined): MediaType {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim())
  const format = formatOf(type.toLowerCase())
  if (format === undefined)
    throw unsupported(type === '' ? 'no content type' : `content type ${JSON.stringify(type.slice(0, 80))}`)
  const charset = parameters.find((parameter) => /^charset\s*=/i.test(parameter))?.replace(/^[^=]*=/, '')
  return { format, charset: charset === undefined ? null : charsetOf(charset) }
}

/** The `TextDecoder` label of a charset name; ISO-8859-1 is read as windows-1252, as everywhere on the web. */
export function charsetOf(name: string): string {
  const plain = name.trim().replaceAll('"', '').toLowerCase()
  const label = Object.hasOwn(charsets, plain) ? charsets[plain] : undefined
  if (label === undefined) throw unsupported(`charset ${JSON.stringify(plain.slice(0, 80))}`)
  return label
}

function formatOf(type: string): BodyFormat | undefined {
  if (type === 'application/json' || type === 'text/json' || /^[a-z]+\/[\w.-]+\+json$/.test(type)) return 'json'
  if (type === 'application/xml' || type === 'text/xml' || /^[a-z]+\/[\w.-]+\+xml$/.test(type)) return 'xml'
  return type === 'application/x-www-form-urlencoded' ? 'form' : undefined
}

function unsupported(what: string): LeadlineError {
  return new LeadlineError('BODY_UNSUPPORTED_TYPE', `${what} is not read here: send JSON, XML or a form, in UTF-8 or ISO-8859-1`)
}
