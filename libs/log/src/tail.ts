import type { LogRecord } from './log.ts'
import { recordBytes } from './place-records.ts'

/** The newest records of one partition, without gaps, so that whoever keeps up is served from memory. */
export interface Tail {
  push(records: readonly LogRecord[]): void
  clear(): void
  /** Records from `from`, at most `count`; undefined when it begins later than that. */
  read(from: number, count: number): readonly LogRecord[] | undefined
}

export function createTail(maxBytes: number): Tail {
  let records: LogRecord[] = []
  let bytes = 0
  const shrink = () => {
    // Half at a time: shifting records one by one would cost more than it keeps.
    while (bytes > maxBytes && records.length > 0) {
      const dropped = records.slice(0, Math.ceil(records.length / 2))
      records = records.slice(dropped.length)
      for (const record of dropped) bytes -= sizeOf(record)
    }
  }
  return {
    push(added) {
      for (const record of added) {
        records.push(record)
        bytes += sizeOf(record)
      }
      shrink()
    },
    clear() {
      records = []
      bytes = 0
    },
    read(from, count) {
      const first = records[0]?.offset
      if (first === undefined || from < first) return undefined
      return records.slice(from - first, from - first + count)
    },
  }
}

const perRecordBytes = 200
const sizeOf = (record: LogRecord) => recordBytes(record) + perRecordBytes
