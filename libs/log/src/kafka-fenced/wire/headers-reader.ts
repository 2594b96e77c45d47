import type { Cursor } from './cursor.ts'

interface Header {
  readonly name: string
  readonly value: Buffer
  /** The bytes of name and value, with their lengths. */
  readonly from: number
  readonly to: number
}

/**
 * Reads the headers of the records of one batch, one record after the other. Most of them are those of the record before, flow, step and
 * attempt among them: they share their texts and bytes, since thousands of records wait for their turn.
 */
export function headersReader(cursor: Cursor): () => Record<string, Buffer> {
  let before: Header[] = []

  function readHeader(index: number): Header {
    const from = cursor.at()
    const same = before[index]
    if (same !== undefined && cursor.passSame(same.from, same.to)) return same
    const name = cursor.text() ?? ''
    const value = cursor.bytes() ?? Buffer.alloc(0)
    return { name, value, from, to: cursor.at() }
  }

  return () => {
    const count = cursor.varint()
    const headers: Record<string, Buffer> = {}
    const read: Header[] = []
    for (let index = 0; index < count; index++) {
      const header = readHeader(index)
      headers[header.name] = header.value
      read.push(header)
    }
    before = read
    return headers
  }
}
