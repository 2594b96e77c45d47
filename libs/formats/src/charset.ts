import { LeadlineError } from '@leadline/domain'

/** The text of bytes in a charset of `charsetOf`, without its byte order mark. Throws BODY_UNPARSABLE when the bytes are no such text. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return decoderOf(charset).decode(bytes)
  } catch (cause) {
    throw new LeadlineError('BODY_UNPARSABLE', `the bytes are not ${charset}`, { cause, fields: { charset } })
  }
}

// Making one costs more than decoding a form field.
const decoders = new Map<string, InstanceType<typeof TextDecoder>>()

function decoderOf(charset: string): InstanceType<typeof TextDecoder> {
  const known = decoders.get(charset)
  if (known !== undefined) return known
  const decoder = new TextDecoder(charset, { fatal: true })
  decoders.set(charset, decoder)
  return decoder
}

/** The text of an answer's bytes in the charset of its content type, UTF-8 unless that is known; what is no character becomes U+FFFD. Never throws. */
export function decodeAnswer(bytes: Buffer, contentType: string | undefined): string {
  const label = contentType === undefined ? undefined : /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase()
  if (label === undefined || label === 'utf-8' || label === 'utf8') return bytes.toString('utf8')
  return forgivingDecoder(label)?.decode(bytes) ?? bytes.toString('utf8')
}

function forgivingDecoder(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label)
  } catch {
    return undefined
  }
}
