import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Bytes that this process holds, in its heap and in buffers beside it, when all garbage is collected. */
export function heldBytes(): number {
  if (typeof collect !== 'function') throw new Error('the garbage cannot be collected')
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
