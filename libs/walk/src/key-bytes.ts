const blockBytes = 16 * 1024
let block = Buffer.alloc(0)
let used = 0

/**
 * The key of a record. It is needed until its commit, in a block that has only keys: in Node's pool of small buffers it would keep what lies
 * beside it there, such as the bodies of requests, far beyond their time.
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
