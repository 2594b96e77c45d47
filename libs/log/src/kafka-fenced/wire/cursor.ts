/** Reads the varints of a record batch one after the other. Throws `RangeError` beyond the end. */
export function createCursor(bytes: Buffer) {
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
    /** A zigzag varint, exact up to 2^53. */
    varint,
    /** Bytes behind their length; null for a length of -1. */
    bytes(): Buffer | null {
      const length = pass()
      return length < 0 ? null : bytes.subarray(at - length, at)
    },
    /** The same as text. */
    text(): string | null {
      const length = pass()
      return length < 0 ? null : bytes.toString('utf8', at - length, at)
    },
    at: () => at,
    skip(count: number): void {
      at += count
    },
    goTo(position: number): void {
      at = position
    },
  }
}
