import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'

export type DecodedBody =
  | { readonly type: 'decoded'; readonly body: Buffer }
  | { readonly type: 'undecodable'; readonly why: 'too-large' | 'garbage'; readonly message: string }

/** Undoes the one content coding of a body, never making more than `maxBytes`. Two codings are refused: a chain of bombs. */
export async function decodeBody(body: Buffer, contentEncoding: string | undefined, maxBytes: number): Promise<DecodedBody> {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
  const [coding] = codings
  if (coding === undefined || body.length === 0) return { type: 'decoded', body }
  const decompress = codings.length === 1 ? decompressorFor(coding, body) : undefined
  if (decompress === undefined) return undecodable('garbage', `content-encoding "${contentEncoding}" is not supported`)
  return new Promise((resolve) => {
    decompress(body, { maxOutputLength: maxBytes }, (error, decoded) => {
      if (error === null) resolve({ type: 'decoded', body: decoded })
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
        resolve(undecodable('too-large', `the answer is longer than ${maxBytes} bytes when decompressed`))
      } else resolve(undecodable('garbage', `the answer is not ${coding}: ${error.message}`))
    })
  })
}

type Decompress = (body: Buffer, options: { maxOutputLength: number }, done: (error: Error | null, out: Buffer) => void) => void

function decompressorFor(coding: string, body: Buffer): Decompress | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzip
    case 'br':
      return brotliDecompress
    case 'deflate':
      // Some servers send the raw stream without the zlib header, whose low four bits are 8 (RFC 1950 §2.2).
      return ((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw
    default:
      return undefined
  }
}

function undecodable(why: 'too-large' | 'garbage', message: string): DecodedBody {
  return { type: 'undecodable', why, message }
}
