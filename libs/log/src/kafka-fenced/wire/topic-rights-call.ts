import { metadataV12, type Reader } from '@platformatic/kafka'
import type { Right } from '../../kafka/missing-right.ts'
import type { WireCall } from './broker-connection.ts'

/** What the asking login may do with each topic that it may know of. */
export type TopicRights = ReadonlyMap<string, ReadonlySet<Right['operation']>>

/** Numbers of the operations, which are those of the bits (KIP-430). */
const operations = { READ: 3, WRITE: 4, CREATE: 5, DESCRIBE: 8, DESCRIBE_CONFIGS: 10 } as const satisfies Record<
  Right['operation'],
  number
>

export function topicRightsCall(topics: readonly string[]): WireCall<TopicRights> {
  return {
    key: 3,
    version: 12,
    write: () => metadataV12.createRequest([...topics], false, true),
    read(reader) {
      reader.readInt32()
      reader.readArray((r) => {
        r.readInt32()
        r.readString()
        r.readInt32()
        r.readNullableString()
      })
      reader.readNullableString()
      reader.readInt32()
      return new Map(reader.readArray(readTopic))
    },
  }
}

function readTopic(reader: Reader): readonly [string, ReadonlySet<Right['operation']>] {
  const code = reader.readInt16()
  const name = reader.readNullableString() ?? ''
  reader.readUUID()
  reader.readBoolean()
  reader.readArray((p) => {
    p.readInt16()
    for (let numbers = 0; numbers < 3; numbers++) p.readInt32()
    for (let lists = 0; lists < 3; lists++) p.readArray((node) => node.readInt32(), true, false)
  })
  const bits = reader.readInt32()
  const allowed = new Set<Right['operation']>()
  if (code === 0) {
    for (const operation of ['READ', 'WRITE', 'CREATE', 'DESCRIBE', 'DESCRIBE_CONFIGS'] as const)
      if ((bits & (1 << operations[operation])) !== 0) allowed.add(operation)
  }
  return [name, allowed]
}
