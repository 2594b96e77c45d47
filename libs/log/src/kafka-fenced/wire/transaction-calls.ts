import { initProducerIdV5, Writer } from '@platformatic/kafka'
import type { WireCall } from './broker-connection.ts'

export interface ProducerIdentity {
  readonly id: bigint
  readonly epoch: number
}

export interface IdentityAnswer extends ProducerIdentity {
  readonly code: number
}

/** Takes over the transactional id: whoever used it before is fenced and its open transaction aborted. null: an identity for appends outside of transactions. */
export function initProducerCall(transactionalId: string | null, timeoutMs: number): WireCall<IdentityAnswer> {
  return {
    key: 22,
    version: 5,
    write: () => initProducerIdV5.createRequest(transactionalId, timeoutMs),
    read(reader) {
      reader.readInt32()
      return { code: reader.readInt16(), id: reader.readInt64(), epoch: reader.readInt16() }
    },
  }
}

/** Ends the transaction. On success the answer carries the identity of the next one; asked again with the old one, the broker answers the same. */
export function endTransactionCall(
  transactionalId: string,
  identity: ProducerIdentity,
  commit: boolean,
): WireCall<IdentityAnswer> {
  return {
    key: 26,
    version: 5,
    write: () =>
      Writer.create()
        .appendString(transactionalId)
        .appendInt64(identity.id)
        .appendInt16(identity.epoch)
        .appendBoolean(commit)
        .appendTaggedFields(),
    read(reader) {
      reader.readInt32()
      return { code: reader.readInt16(), id: reader.readInt64(), epoch: reader.readInt16() }
    },
  }
}

/** The records of one partition in one request: a batch as it goes over the wire. */
export interface PartitionBatch {
  readonly topic: string
  readonly partition: number
  readonly batch: Buffer
}

export interface ProducedPartition {
  readonly topic: string
  readonly partition: number
  readonly code: number
  /** Of the first record; negative when the broker does not tell. */
  readonly offset: number
  /** Milliseconds since 1970 where the broker sets the time of records, else negative. */
  readonly appendedAt: number
}

/** Appends batches inside a transaction, in the version that needs no announcement before (KIP-890), or outside of any; acks of all replicas. */
export function produceCall(
  transactionalId: string | null,
  batches: readonly PartitionBatch[],
): WireCall<readonly ProducedPartition[]> {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  return {
    key: 0,
    version: 12,
    write: () =>
      Writer.create()
        .appendString(transactionalId)
        .appendInt16(-1)
        .appendInt32(produceTimeoutMs)
        .appendArray([...byTopic], (writer, [topic, partitions]) => {
          writer.appendString(topic).appendArray(partitions, (w, { partition, batch }) => {
            w.appendInt32(partition).appendBytes(batch)
          })
        })
        .appendTaggedFields(),
    read: (reader) =>
      reader
        .readArray((r) => {
          const topic = r.readString()
          return r.readArray((p) => {
            const [partition, code] = [p.readInt32(), p.readInt16()]
            const [offset, appendedAt] = [Number(p.readInt64()), Number(p.readInt64())]
            p.skip(int64Bytes)
            p.readArray((e) => {
              e.readInt32()
              e.readNullableString()
            })
            p.readNullableString()
            return { topic, partition, code, offset, appendedAt }
          })
        })
        .flat(),
  }
}

const produceTimeoutMs = 15_000
const int64Bytes = 8
