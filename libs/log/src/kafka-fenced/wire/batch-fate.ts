import type { AbortedTransaction } from './read-batches.ts'

/** What became of a batch that was written: `untold` when what was fetched does not hold its place. */
export type BatchFate = 'committed' | 'aborted' | 'replaced' | 'untold'

export interface FetchedBatches {
  readonly bytes: Buffer
  readonly aborted: readonly AbortedTransaction[]
}

const headerBytes = 61
const logAppendTime = 1 << 3
const control = 1 << 5

/** Looks at the batch that begins at `offset`, in what was fetched from there on by a read_committed reader. */
export function batchFate({ bytes, aborted }: FetchedBatches, offset: number, timestamp: number): BatchFate {
  if (bytes.length < headerBytes) return 'untold'
  const base = Number(bytes.readBigInt64BE(0))
  const last = base + bytes.readInt32BE(23)
  // The first batch holds the offset, unless compaction has taken it away.
  if (base > offset || last < offset) return 'untold'
  const attributes = bytes.readInt16BE(21)
  const time = Number(bytes.readBigInt64BE((attributes & logAppendTime) === 0 ? 27 : 35))
  if (base !== offset || time !== timestamp || (attributes & control) !== 0) return 'replaced'
  const producer = bytes.readBigInt64BE(43)
  const gone = aborted.some(({ producerId, firstOffset }) => producerId === producer && Number(firstOffset) <= offset)
  return gone ? 'aborted' : 'committed'
}
