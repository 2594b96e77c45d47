import type { LocalStorage, PlacedRecord } from './local-storage.ts'
import type { OutgoingRecord } from './log.ts'
import { recordTooLarge, unknownTopic } from './log-errors.ts'
import { partitionOf } from './murmur2.ts'

export type PlaceRecord = (record: OutgoingRecord) => PlacedRecord

/** Gives records their partition: the named one, else by key, else in turn. Throws LOG_MISMATCH or RECORD_TOO_LARGE. */
export function createPlacement(storage: Pick<LocalStorage, 'shape'>): PlaceRecord {
  let turn = 0
  return (record) => {
    const shape = storage.shape(record.topic)
    if (shape === undefined) throw unknownTopic(record.topic)
    const partition =
      record.partition ?? (record.key === null ? turn++ % shape.partitions : partitionOf(record.key, shape.partitions))
    if (partition < 0 || partition >= shape.partitions) throw unknownTopic(record.topic, partition)
    // A local log keeps its newest records in memory, longer than their owner leaves the values alone.
    const value = record.value && Buffer.from(record.value)
    const placed: PlacedRecord = { ...record, value, partition, headers: encodeHeaders(record.headers) }
    const bytes = recordBytes(placed)
    if (bytes > shape.maxRecordBytes) throw recordTooLarge(record.topic, bytes, shape.maxRecordBytes)
    return placed
  }
}

/** Key, value and headers together. */
export function recordBytes({ key, value, headers }: Pick<PlacedRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, header] of Object.entries(headers)) bytes += Buffer.byteLength(name) + header.length
  return bytes
}

function encodeHeaders(headers: OutgoingRecord['headers']): Record<string, Buffer> {
  const encoded: Record<string, Buffer> = {}
  for (const [name, value] of Object.entries(headers)) encoded[name] = typeof value === 'string' ? Buffer.from(value) : value
  return encoded
}
