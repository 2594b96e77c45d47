import { metadataV12 } from '@platformatic/kafka'
import type { BrokerAddress, WireCall } from './broker-connection.ts'

export interface TopicMetadata {
  readonly code: number
  readonly name: string
  readonly id: string
  /** Node that leads each partition; -1: nobody now. */
  readonly leaders: ReadonlyMap<number, number>
}

export interface ClusterMetadata {
  readonly brokers: ReadonlyMap<number, BrokerAddress>
  readonly topics: readonly TopicMetadata[]
}

export function metadataCall(topics: readonly string[]): WireCall<ClusterMetadata> {
  return {
    key: 3,
    version: 12,
    write: () => metadataV12.createRequest([...topics], false, false),
    read(reader) {
      reader.readInt32()
      const brokers = reader.readArray((r) => {
        const broker = [r.readInt32(), { host: r.readString(), port: r.readInt32() }] as const
        r.readNullableString()
        return broker
      })
      reader.readNullableString()
      reader.readInt32()
      const topics = reader.readArray((r) => {
        const [code, name, id] = [r.readInt16(), r.readNullableString() ?? '', r.readUUID()]
        r.readBoolean()
        const leaders = r.readArray((p) => {
          p.readInt16()
          const leader = [p.readInt32(), p.readInt32()] as const
          p.readInt32()
          for (let lists = 0; lists < 3; lists++) p.readArray((node) => node.readInt32(), true, false)
          return leader
        })
        r.readInt32()
        return { code, name, id, leaders: new Map(leaders) }
      })
      return { brokers: new Map(brokers), topics }
    },
  }
}
