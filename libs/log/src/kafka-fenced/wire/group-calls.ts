import { consumerGroupHeartbeatV1, findCoordinatorV6, offsetFetchV9, type Reader, Writer } from '@platformatic/kafka'
import type { BrokerAddress, WireCall } from './broker-connection.ts'

export interface AssignedTopic {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export interface Heartbeat {
  readonly group: string
  readonly member: string
  /** 0 joins, -1 leaves. */
  readonly epoch: number
  readonly rebalanceTimeoutMs: number
  /** null: as told before. */
  readonly topics: readonly string[] | null
  readonly owned: readonly AssignedTopic[] | null
}

export interface HeartbeatAnswer {
  readonly code: number
  readonly message: string | null
  readonly epoch: number
  /** What the group wants this member to have; null: as told before. */
  readonly assigned: readonly AssignedTopic[] | null
}

/** KIP-848: joins, stays in, acknowledges and leaves. */
export function heartbeatCall(heartbeat: Heartbeat): WireCall<HeartbeatAnswer> {
  const { group, member, epoch, rebalanceTimeoutMs, topics, owned } = heartbeat
  const ownedTopics = owned?.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] })) ?? null
  return {
    key: 68,
    version: 1,
    write: () =>
      consumerGroupHeartbeatV1.createRequest(
        group,
        member,
        epoch,
        null,
        null,
        rebalanceTimeoutMs,
        topics === null ? null : [...topics],
        null,
        null,
        ownedTopics,
      ),
    read: readHeartbeat,
  }
}

function readHeartbeat(reader: Reader): HeartbeatAnswer {
  reader.readInt32()
  const code = reader.readInt16()
  const message = reader.readNullableString()
  reader.readNullableString()
  const epoch = reader.readInt32()
  reader.readInt32()
  const assigned =
    reader.readInt8() === -1
      ? null
      : reader.readArray((r) => ({ topicId: r.readUUID(), partitions: r.readArray((p) => p.readInt32(), true, false) ?? [] }))
  return { code, message, epoch, assigned }
}

export type CoordinatorType = 'group' | 'transaction'

export interface CoordinatorAnswer {
  readonly code: number
  readonly nodeId: number
  /** Where it is now. */
  readonly address: BrokerAddress
}

export function findCoordinatorCall(type: CoordinatorType, key: string): WireCall<CoordinatorAnswer> {
  return {
    key: 10,
    version: 4,
    write: () => findCoordinatorV6.createRequest(type === 'group' ? 0 : 1, [key]),
    read(reader) {
      reader.readInt32()
      const [found] = reader.readArray((r) => {
        r.readString()
        const nodeId = r.readInt32()
        const address = { host: r.readString(), port: r.readInt32() }
        const code = r.readInt16()
        r.readNullableString()
        return { nodeId, address, code }
      })
      if (found === undefined) throw new Error('an answer without a coordinator')
      return found
    },
  }
}

export interface CommittedOffset {
  readonly code: number
  /** -1: the group has none. */
  readonly offset: number
  readonly metadata: string
}

export interface OffsetQuestion {
  readonly group: string
  readonly member: string
  readonly epoch: number
  readonly topic: string
  readonly partition: number
}

/** The committed offset of one partition, refused while a transaction that may change it is open. */
export function offsetFetchCall({ group, member, epoch, topic, partition }: OffsetQuestion): WireCall<CommittedOffset> {
  const topics = [{ name: topic, partitionIndexes: [partition] }]
  return {
    key: 9,
    version: 9,
    write: () => offsetFetchV9.createRequest([{ groupId: group, memberId: member, memberEpoch: epoch, topics }], true),
    read(reader) {
      reader.readInt32()
      const [answer] = reader.readArray((r) => {
        r.readString()
        const found = r.readArray((t) => {
          t.readString()
          return t.readArray(readOffset)
        })
        return { found: found.flat(), code: r.readInt16() }
      })
      if (answer === undefined) throw new Error('an answer without a group')
      const [offset] = answer.found
      if (answer.code !== 0 || offset === undefined)
        return { code: answer.code === 0 ? 3 : answer.code, offset: -1, metadata: '' }
      return offset
    },
  }
}

function readOffset(reader: Reader): CommittedOffset {
  reader.readInt32()
  const offset = Number(reader.readInt64())
  reader.readInt32()
  const metadata = reader.readNullableString() ?? ''
  return { offset, metadata, code: reader.readInt16() }
}

export interface TransactionOffsets {
  readonly transactionalId: string
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly group: string
  readonly member: string
  readonly epoch: number
  readonly offsets: readonly {
    readonly topic: string
    readonly partition: number
    readonly offset: number
    readonly metadata: string
  }[]
}

/** Puts offsets into the transaction, in the version that needs no announcement before (KIP-890). Answers the first code that is no success. */
export function transactionOffsetsCall(commit: TransactionOffsets): WireCall<number> {
  const byTopic = Map.groupBy(commit.offsets, ({ topic }) => topic)
  return {
    key: 28,
    version: 5,
    write: () =>
      Writer.create()
        .appendString(commit.transactionalId)
        .appendString(commit.group)
        .appendInt64(commit.producerId)
        .appendInt16(commit.producerEpoch)
        .appendInt32(commit.epoch)
        .appendString(commit.member)
        .appendString(null)
        .appendArray([...byTopic], (writer, [topic, offsets]) => {
          writer.appendString(topic).appendArray(offsets, (w, { partition, offset, metadata }) => {
            w.appendInt32(partition).appendInt64(BigInt(offset)).appendInt32(-1).appendString(metadata)
          })
        })
        .appendTaggedFields(),
    read(reader) {
      reader.readInt32()
      const codes = reader.readArray((r) => {
        r.readString()
        return r.readArray((p) => {
          p.readInt32()
          return p.readInt16()
        })
      })
      return codes.flat().find((code) => code !== 0) ?? 0
    },
  }
}
