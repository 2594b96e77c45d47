/** Headers as one blob: for each, the name's length (2 bytes), the name, the value's length (4 bytes), the value. null when there are none. */
export function encodeHeaders(headers: Readonly<Record<string, Buffer>>): Buffer | null {
  const parts: Buffer[] = []
  for (const [name, value] of Object.entries(headers)) {
    const nameBytes = Buffer.from(name)
    const lengths = Buffer.allocUnsafe(6)
    lengths.writeUInt16BE(nameBytes.length, 0)
    lengths.writeUInt32BE(value.length, 2)
    parts.push(lengths, nameBytes, value)
  }
  return parts.length === 0 ? null : Buffer.concat(parts)
}

export function decodeHeaders(blob: Buffer | null): Record<string, Buffer> {
  const headers: Record<string, Buffer> = {}
  if (blob === null) return headers
  for (let at = 0; at < blob.length; ) {
    const nameEnd = at + 6 + blob.readUInt16BE(at)
    const valueEnd = nameEnd + blob.readUInt32BE(at + 2)
    headers[blob.toString('utf8', at + 6, nameEnd)] = blob.subarray(nameEnd, valueEnd)
    at = valueEnd
  }
  return headers
}
