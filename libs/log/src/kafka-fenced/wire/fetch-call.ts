import { type Reader, Writer } from '@platformatic/kafka'
import type { WireCall } from './broker-connection.ts'
import type { AbortedTransaction } from './read-batches.ts'

export interface FetchFrom {
  readonly topicId: string
  readonly partition: number
  readonly offset: number
}

export interface FetchedPartition {
  readonly topicId: string
  readonly partition: number
  readonly code: number
  /** Where what is committed ends; negative with an error. */
  readonly committedEnd: number
  readonly aborted: readonly AbortedTransaction[]
  readonly bytes: Buffer
}

const readCommitted = 1
/** Not part of a session of the broker's: each request says what it wants. */
const [noSession, outsideSessions] = [0, -1]
const partitionBytes = 1_048_576
const answerBytes = 8 * 1_048_576
const int64Bytes = 8

/** What is committed in several partitions that one broker leads; the broker waits up to `maxWaitMs` when there is nothing. */
export function fetchCall(partitions: readonly FetchFrom[], maxWaitMs: number): WireCall<readonly FetchedPartition[]> {
  const byTopic = Map.groupBy(partitions, ({ topicId }) => topicId)
  return {
    key: 1,
    version: 17,
    write: () =>
      Writer.create()
        .appendInt32(maxWaitMs)
        .appendInt32(1)
        .appendInt32(answerBytes)
        .appendInt8(readCommitted)
        .appendInt32(noSession)
        .appendInt32(outsideSessions)
        .appendArray([...byTopic], (writer, [topicId, wanted]) => {
          writer.appendUUID(topicId).appendArray(wanted, (w, { partition, offset }) => {
            w.appendInt32(partition)
              .appendInt32(-1)
              .appendInt64(BigInt(offset))
              .appendInt32(-1)
              .appendInt64(-1n)
              .appendInt32(partitionBytes)
          })
        })
        .appendArray([], () => {})
        .appendString('')
        .appendTaggedFields(),
    read(reader) {
      reader.readInt32()
      const code = reader.readInt16()
      reader.readInt32()
      const found = reader.readArray((r) => {
        const topicId = r.readUUID()
        return r.readArray((p) => readPartition(p, topicId))
      })
      // An error of the whole request is one of each partition.
      return code === 0 ? found.flat() : partitions.map(({ topicId, partition }) => failed(topicId, partition, code))
    },
  }
}

function readPartition(reader: Reader, topicId: string): FetchedPartition {
  const [partition, code] = [reader.readInt32(), reader.readInt16()]
  // High watermark.
  reader.skip(int64Bytes)
  const committedEnd = Number(reader.readInt64())
  // Log start.
  reader.skip(int64Bytes)
  const aborted = reader.readNullableArray((r) => ({ producerId: r.readInt64(), firstOffset: r.readInt64() })) ?? []
  reader.readInt32()
  const bytes = reader.readNullableBytes() ?? Buffer.alloc(0)
  return { topicId, partition, code, committedEnd, aborted, bytes }
}

function failed(topicId: string, partition: number, code: number): FetchedPartition {
  return { topicId, partition, code, committedEnd: -1, aborted: [], bytes: Buffer.alloc(0) }
}
