/** A place in bytes that goes forwards with what is read. */
export interface Cursor {
  /** A zigzag varint, exact up to 2^53. */
  varint(): number
  /** Bytes behind their length; null for a length of -1. */
  bytes(): Buffer | null
  /** The same as text. */
  text(): string | null
  /** Goes behind what stands also from `from` to `to`; false, and stays, when something else comes. */
  passSame(from: number, to: number): boolean
  at(): number
  skip(count: number): void
  goTo(position: number): void
}

/** Reads the varints of a record batch one after the other. Throws `RangeError` beyond the end. */
export function createCursor(bytes: Buffer): Cursor {
  let at = 0

  function unsigned(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      if (at >= bytes.length) throw new RangeError('a record ends before its batch says')
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }

  function varint(): number {
    const value = unsigned()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Goes behind bytes and returns how many they are; -1 when there are none. */
  function pass(): number {
    const length = varint()
    if (length < 0) return -1
    if (at + length > bytes.length) throw new RangeError('a record ends before its batch says')
    at += length
    return length
  }

  return {
    varint,
    bytes() {
      const length = pass()
      return length < 0 ? null : bytes.subarray(at - length, at)
    },
    text() {
      const length = pass()
      return length < 0 ? null : bytes.toString('utf8', at - length, at)
    },
    passSame(from, to) {
      const length = to - from
      if (at + length > bytes.length) return false
      for (let index = 0; index < length; index++) if (bytes[at + index] !== bytes[from + index]) return false
      at += length
      return true
    },
    at: () => at,
    skip(count) {
      at += count
    },
    goTo(position) {
      at = position
    },
  }
}
