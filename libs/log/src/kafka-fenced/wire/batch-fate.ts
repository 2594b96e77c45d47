import type { AbortedTransaction } from './read-batches.ts'

/** `gone`: it was aborted, or something else has its place. `untold`: it cannot be seen (any more), or not by this login. */
export type Found = 'there' | 'gone' | 'untold'

export interface FetchedBatches {
  readonly bytes: Buffer
  readonly aborted: readonly AbortedTransaction[]
}

const headerBytes = 61
const control = 1 << 5

/**
 * What became of the batch that was written at `offset` with records of this time, in what was fetched from there on by a read_committed reader.
 * The cleaner of compacted topics writes over the first time of a batch, and can leave nothing of it but its header.
 */
export function batchFate({ bytes, aborted }: FetchedBatches, offset: number, timestamp: number): Found {
  if (bytes.length < headerBytes) return 'untold'
  const base = Number(bytes.readBigInt64BE(0))
  const last = base + bytes.readInt32BE(23)
  if (base > offset || last < offset || bytes.readInt32BE(57) === 0) return 'untold'
  const latest = Number(bytes.readBigInt64BE(35))
  if (base !== offset || latest !== timestamp || (bytes.readInt16BE(21) & control) !== 0) return 'gone'
  const producer = bytes.readBigInt64BE(43)
  return aborted.some(({ producerId, firstOffset }) => producerId === producer && Number(firstOffset) <= offset)
    ? 'gone'
    : 'there'
}
