import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka'
import type { LogRecord } from '../../log.ts'
import { createCursor } from './cursor.ts'
import { headersReader } from './headers-reader.ts'

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

export interface ReadBatches {
  readonly records: LogRecord[]
  /** After control records, aborted ones and compacted gaps; `from` when no batch was whole. */
  readonly nextOffset: number
}

export interface FetchedBytes {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
  readonly aborted: readonly AbortedTransaction[]
}

const headerBytes = 61
const lengthAt = 8
const compressed = 0b111
const logAppendTime = 1 << 3
const transactional = 1 << 4
const control = 1 << 5

/**
 * What a read_committed reader may see from offset `from` on. The broker lists aborted transactions unsorted, several can be open at
 * once, and only a control batch ends one. A last batch that was cut off is left for the next fetch.
 */
export function readBatches({ topic, partition, bytes, aborted }: FetchedBytes, from: number): ReadBatches {
  const coming = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  const records: LogRecord[] = []
  let opened = 0
  let nextOffset = from
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const end = at + lengthAt + 4 + bytes.readInt32BE(at + lengthAt)
    if (end > bytes.length) break
    const batch = bytes.subarray(at, end)
    at = end
    const magic = batch.readInt8(16)
    if (magic !== 2)
      throw new Error(`${topic}/${partition} holds a batch of format ${magic}, which nobody has written since Kafka 0.11`)
    const baseOffset = batch.readBigInt64BE(0)
    const attributes = batch.readInt16BE(21)
    const producerId = batch.readBigInt64BE(43)
    for (let next = coming[opened]; next !== undefined && next.firstOffset <= baseOffset; next = coming[++opened])
      open.add(next.producerId)
    nextOffset = Math.max(nextOffset, Number(baseOffset) + batch.readInt32BE(23) + 1)
    if ((attributes & control) !== 0) open.delete(producerId)
    else if ((attributes & transactional) === 0 || !open.has(producerId)) {
      for (const record of readRecords(batch, attributes)) {
        const offset = Number(baseOffset) + record.offsetDelta
        if (offset < from) continue
        records.push({
          topic,
          partition,
          offset,
          timestamp: record.timestamp,
          key: record.key,
          value: record.value,
          headers: record.headers,
        })
      }
    }
  }
  return { records, nextOffset }
}

interface ReadRecord {
  readonly offsetDelta: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Record<string, Buffer>
}

function readRecords(batch: Buffer, attributes: number): ReadRecord[] {
  const count = batch.readInt32BE(57)
  const first = Number(batch.readBigInt64BE(27))
  const appendedAt = (attributes & logAppendTime) === 0 ? undefined : Number(batch.readBigInt64BE(35))
  const cursor = createCursor(uncompressed(batch.subarray(headerBytes), attributes & compressed))
  const readHeaders = headersReader(cursor)
  const records: ReadRecord[] = []
  for (let read = 0; read < count; read++) {
    const end = cursor.varint() + cursor.at()
    cursor.skip(1)
    const timestamp = first + cursor.varint()
    const offsetDelta = cursor.varint()
    const key = cursor.bytes()
    const value = cursor.bytes()
    records.push({ offsetDelta, timestamp: appendedAt ?? timestamp, key, value, headers: readHeaders() })
    cursor.goTo(end)
  }
  return records
}

function uncompressed(bytes: Buffer, algorithm: number): Buffer {
  if (algorithm === 0) return bytes
  const known = compressionsAlgorithmsByBitmask[algorithm]
  if (known === undefined) throw new Error(`a batch is compressed by algorithm ${algorithm}, which is unknown here`)
  return known.decompressSync(bytes)
}
