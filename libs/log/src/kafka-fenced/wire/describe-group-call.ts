import { consumerGroupDescribeV0, type Reader } from '@platformatic/kafka'
import type { WireCall } from './broker-connection.ts'

export interface DescribedMember {
  readonly id: string
  readonly epoch: number
  /** It has all that the group wants it to have, and nothing else. */
  readonly settled: boolean
}

export interface DescribedGroup {
  readonly code: number
  /** What every member has when it has taken over what the group wants it to have. */
  readonly epoch: number
  readonly members: readonly DescribedMember[]
}

/** Who is in the group, as its coordinator knows it. */
export function describeGroupCall(group: string): WireCall<DescribedGroup> {
  return {
    key: 69,
    version: 0,
    write: () => consumerGroupDescribeV0.createRequest([group], false),
    read(reader) {
      reader.readInt32()
      const [described] = reader.readArray((r) => {
        const code = r.readInt16()
        r.readNullableString()
        // Its name and its state.
        r.readString()
        r.readString()
        const epoch = r.readInt32()
        r.readInt32()
        r.readString()
        const members = r.readArray(readMember)
        r.readInt32()
        return { code, epoch, members }
      })
      if (described === undefined) throw new Error('an answer without a group')
      return described
    },
  }
}

function readMember(reader: Reader): DescribedMember {
  const id = reader.readString()
  // Instance and rack.
  reader.readNullableString()
  reader.readNullableString()
  const epoch = reader.readInt32()
  // Its client's id and address.
  reader.readString()
  reader.readString()
  reader.readArray((r) => r.readString(), true, false)
  reader.readNullableString()
  const [has, shallHave] = [readAssignment(reader), readAssignment(reader)]
  return { id, epoch, settled: has.symmetricDifference(shallHave).size === 0 }
}

function readAssignment(reader: Reader): Set<string> {
  const partitions = reader.readArray((r) => {
    const topic = r.readUUID()
    r.readString()
    return (r.readArray((p) => p.readInt32(), true, false) ?? []).map((partition) => `${topic}/${partition}`)
  })
  reader.readTaggedFields()
  return new Set(partitions.flat())
}
