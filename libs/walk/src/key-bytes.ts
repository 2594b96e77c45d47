const blockBytes = 16 * 1024
let block = Buffer.alloc(0)
let used = 0

/**
 * The key of a record. Keys are needed until their commit, far longer than what Node's pool of small buffers is used for meanwhile (bodies of
 * requests, which a key among them would keep from going): they have blocks of their own.
 */
export function keyBytes(text: string): Buffer {
  const bytes = Buffer.byteLength(text)
  if (used + bytes > block.length) {
    block = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes))
    used = 0
  }
  const key = block.subarray(used, used + bytes)
  used += key.write(text)
  return key
}
