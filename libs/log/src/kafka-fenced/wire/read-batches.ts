import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka'
import type { Delivery, LogRecord } from '../../log.ts'
import { createCursor } from './cursor.ts'
import { headersReader } from './headers-reader.ts'

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
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

/** Records that are read at a time: enough that nobody notices, few enough that what waits for its turn waits as bytes. */
const recordsAtATime = 64

/**
 * What a read_committed reader may see from offset `from` on, read as it is asked for. The broker lists aborted transactions unsorted, several
 * can be open at once, and only a control batch ends one. A last batch that was cut off is left for the next fetch: without a whole one
 * there is nothing. The last delivery covers control records, aborted ones and compacted gaps.
 */
export function* readBatches({ topic, partition, bytes, aborted }: FetchedBytes, from: number): Generator<Delivery, void> {
  const coming = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  let records: LogRecord[] = []
  let opened = 0
  let covered = from
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
    if ((attributes & control) !== 0) open.delete(producerId)
    else if ((attributes & transactional) === 0 || !open.has(producerId)) {
      for (const record of readRecords(batch, { topic, partition, baseOffset: Number(baseOffset), attributes })) {
        if (record.offset < from) continue
        records.push(record)
        if (records.length < recordsAtATime) continue
        covered = record.offset + 1
        yield { records, nextOffset: covered }
        records = []
      }
    }
    nextOffset = Math.max(nextOffset, Number(baseOffset) + batch.readInt32BE(23) + 1)
  }
  if (nextOffset > covered) yield { records, nextOffset }
}

interface BatchPlace {
  readonly topic: string
  readonly partition: number
  readonly baseOffset: number
  readonly attributes: number
}

function* readRecords(batch: Buffer, { topic, partition, baseOffset, attributes }: BatchPlace): Generator<LogRecord, void> {
  const count = batch.readInt32BE(57)
  const first = Number(batch.readBigInt64BE(27))
  const appendedAt = (attributes & logAppendTime) === 0 ? undefined : Number(batch.readBigInt64BE(35))
  const cursor = createCursor(uncompressed(batch.subarray(headerBytes), attributes & compressed))
  const readHeaders = headersReader(cursor)
  for (let read = 0; read < count; read++) {
    const end = cursor.varint() + cursor.at()
    cursor.skip(1)
    const timestamp = first + cursor.varint()
    const offset = baseOffset + cursor.varint()
    const key = cursor.bytes()
    const value = cursor.bytes()
    yield { topic, partition, offset, timestamp: appendedAt ?? timestamp, key, value, headers: readHeaders() }
    cursor.goTo(end)
  }
}

function uncompressed(bytes: Buffer, algorithm: number): Buffer {
  if (algorithm === 0) return bytes
  const known = compressionsAlgorithmsByBitmask[algorithm]
  if (known === undefined) throw new Error(`a batch is compressed by algorithm ${algorithm}, which is unknown here`)
  return known.decompressSync(bytes)
}
