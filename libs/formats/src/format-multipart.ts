import { createHash } from 'node:crypto'

/** A part of `multipart/form-data` (RFC 7578): a field, or a file when it has a name. */
export interface Part {
  readonly name: string
  readonly content: string | Buffer
  readonly filename?: string
  readonly contentType?: string
}

export interface Multipart {
  readonly body: Buffer
  /** With its boundary. */
  readonly contentType: string
}

/** The parts in their order. The boundary is a hash of them: the same parts always make the same bytes, and nobody can write it into a part. */
export function formatMultipart(parts: readonly Part[]): Multipart {
  const hash = createHash('sha256')
  for (const { name, content } of parts) hash.update(`${name.length}:${name}:${content.length}:`).update(content)
  const boundary = `leadline-${hash.digest('hex').slice(0, 40)}`
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${headersOf(part)}\r\n\r\n`),
    typeof part.content === 'string' ? Buffer.from(part.content) : part.content,
    Buffer.from('\r\n'),
  ])
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
  return { body, contentType: `multipart/form-data; boundary=${boundary}` }
}

function headersOf({ name, filename, contentType }: Part): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`
  const type = contentType ?? (filename === undefined ? undefined : 'application/octet-stream')
  const disposition = `Content-Disposition: form-data; name="${quoted(name)}"${file}`
  return type === undefined ? disposition : `${disposition}\r\nContent-Type: ${type.replace(/[\r\n]/g, ' ')}`
}

/** As browsers write it (WHATWG, multipart/form-data encoding): line breaks and quotes cannot end the header. */
function quoted(text: string): string {
  return text.toWellFormed().replace(/[\r\n"]/g, (char) => encodeURIComponent(char))
}
