import { DynamicBuffer } from '@platformatic/dynamic-buffer'
import { crc32c } from '@platformatic/kafka'
import type { OutgoingRecord } from '../../log.ts'
import { type Headers, onceForSame } from '../../same-headers.ts'
import type { ProducerIdentity } from './transaction-calls.ts'

const headerBytes = 61
const crcFrom = 21
const crcAt = 17
const transactionalBit = 1 << 4

export interface BatchFacts {
  readonly producer: ProducerIdentity
  /** Of the first record: the broker keeps a batch once that is sent again under the same number. */
  readonly sequence: number
  readonly transactional: boolean
  readonly nowMs: number
  /** Where the bytes come from; memory of their own unless told. */
  readonly take?: (bytes: number) => Buffer
}

/**
 * A record batch (magic 2, https://kafka.apache.org/documentation/#recordbatch) of one partition.
 * Written into one buffer of its exact size: lengths are counted first.
 */
export function encodeBatch(
  records: readonly OutgoingRecord[],
  { producer, sequence, transactional, nowMs, take = Buffer.allocUnsafe }: BatchFacts,
): Buffer {
  const sizeOfHeaders = onceForSame(headersBytes)
  const sizes = records.map((record, index) => bodyBytes(record, index, sizeOfHeaders(record.headers)))
  let total = headerBytes
  for (const size of sizes) total += varintBytes(size) + size
  const batch = take(total)
  batch.fill(0, 0, 8)
  batch.writeInt32BE(total - 12, 8)
  batch.writeInt32BE(-1, 12)
  batch.writeInt8(2, 16)
  batch.writeInt16BE(transactional ? transactionalBit : 0, crcFrom)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(nowMs), 27)
  batch.writeBigInt64BE(BigInt(nowMs), 35)
  batch.writeBigInt64BE(producer.id, 43)
  batch.writeInt16BE(producer.epoch, 51)
  batch.writeInt32BE(sequence, 53)
  batch.writeInt32BE(records.length, 57)
  const writeHeaders = headersWriter(batch)
  let at = headerBytes
  let index = 0
  for (const record of records) {
    at = writeBody(batch, writeVarint(batch, at, sizes[index] ?? 0), record, index)
    at = writeHeaders(at, record.headers)
    index++
  }
  // Wrapped, since plain bytes are copied before they are summed.
  batch.writeUInt32BE(crc32c(new DynamicBuffer(batch.subarray(crcFrom))), crcAt)
  return batch
}

function bodyBytes({ key, value }: OutgoingRecord, index: number, ofHeaders: number): number {
  // Attributes and the time, which is the batch's, take a byte each.
  return 2 + varintBytes(index) + bytesBytes(key) + bytesBytes(value) + ofHeaders
}

function headersBytes(headers: Headers): number {
  let bytes = 0
  let count = 0
  for (const name in headers) {
    const header = headers[name] ?? ''
    bytes += textBytes(name) + (typeof header === 'string' ? textBytes(header) : bytesBytes(header))
    count++
  }
  return bytes + varintBytes(count)
}

function writeBody(batch: Buffer, from: number, { key, value }: OutgoingRecord, index: number): number {
  batch[from] = 0
  batch[from + 1] = 0
  const at = writeVarint(batch, from + 2, index)
  return writeBytes(batch, writeBytes(batch, at, key), value)
}

/** When they are the very ones of the record before, they are copied from there. */
function headersWriter(batch: Buffer): (at: number, headers: Headers) => number {
  let last: Headers | undefined
  let [from, to] = [0, 0]
  return (at, headers) => {
    if (headers === last) {
      batch.copyWithin(at, from, to)
      return at + to - from
    }
    last = headers
    from = at
    to = writeHeaders(batch, at, headers)
    return to
  }
}

function writeHeaders(batch: Buffer, from: number, headers: Headers): number {
  let count = 0
  for (const _ in headers) count++
  let at = writeVarint(batch, from, count)
  for (const name in headers) {
    const header = headers[name] ?? ''
    at = writeText(batch, at, name)
    at = typeof header === 'string' ? writeText(batch, at, header) : writeBytes(batch, at, header)
  }
  return at
}

function bytesBytes(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length
}

function textBytes(text: string): number {
  const bytes = Buffer.byteLength(text)
  return varintBytes(bytes) + bytes
}

/** Of a zigzag varint of a length: -1 and up. */
function varintBytes(value: number): number {
  let rest = value * 2
  let bytes = 1
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes++
  return bytes
}

function writeVarint(batch: Buffer, from: number, value: number): number {
  let at = from
  let rest = value < 0 ? 1 : value * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) batch[at++] = (rest & 0x7f) | 0x80
  batch[at++] = rest
  return at
}

function writeBytes(batch: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) return writeVarint(batch, at, -1)
  const from = writeVarint(batch, at, bytes.length)
  batch.set(bytes, from)
  return from + bytes.length
}

function writeText(batch: Buffer, at: number, text: string): number {
  const from = writeVarint(batch, at, Buffer.byteLength(text))
  return from + batch.write(text, from)
}
