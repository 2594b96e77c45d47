import { LeadlineError } from '@leadline/domain'

/** The text of bytes in a charset of `charsetOf`, without its byte order mark. Throws BODY_UNPARSABLE when the bytes are no such text. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return decoderOf(charset, strict).decode(bytes)
  } catch (cause) {
    throw new LeadlineError('BODY_UNPARSABLE', `the bytes are not ${charset}`, { cause, fields: { charset } })
  }
}

/** The text of an answer's bytes in the charset of its content type, UTF-8 unless that is known; what is no character becomes U+FFFD. Never throws. */
export function decodeAnswer(bytes: Buffer, contentType: string | undefined): string {
  const label = contentType === undefined ? undefined : /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase()
  if (label === undefined || label === 'utf-8' || label === 'utf8') return bytes.toString('utf8')
  return forgivingDecoder(label)?.decode(bytes) ?? bytes.toString('utf8')
}

function forgivingDecoder(label: string): Decoder | undefined {
  try {
    return decoderOf(label, forgiving)
  } catch {
    return undefined
  }
}

type Decoder = InstanceType<typeof TextDecoder>

// Making one costs more than decoding a form field. Labels are a short list; what is none throws and is not kept.
const strict = new Map<string, Decoder>()
const forgiving = new Map<string, Decoder>()

/** Throws RangeError for a label that nobody knows. */
function decoderOf(label: string, decoders: Map<string, Decoder>): Decoder {
  const known = decoders.get(label)
  if (known !== undefined) return known
  const decoder = new TextDecoder(label, { fatal: decoders === strict })
  decoders.set(label, decoder)
  return decoder
}
