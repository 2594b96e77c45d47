import { apiVersionsV4, type Reader } from '@platformatic/kafka'
import type { WireCall } from './broker-connection.ts'

/** Features that the whole cluster has agreed on, with their level (KIP-584): `group.version`, `transaction.version` … */
export type Features = ReadonlyMap<string, number>

/** Number of the tagged field that holds them. */
const finalized = 2

export function featuresCall(): WireCall<Features> {
  return {
    key: 18,
    version: 4,
    taggedAnswer: false,
    write: () => apiVersionsV4.createRequest('leadline', '1'),
    read(reader) {
      reader.readInt16()
      reader.readArray((r) => r.skip(6))
      reader.readInt32()
      const features = new Map<string, number>()
      for (let tags = reader.readUnsignedVarInt(); tags > 0; tags--) {
        const tag = reader.readUnsignedVarInt()
        const end = reader.readUnsignedVarInt() + reader.position
        if (tag === finalized) readFeatures(reader, features)
        reader.position = end
      }
      return features
    },
  }
}

function readFeatures(reader: Reader, features: Map<string, number>): void {
  reader.readArray((r) => {
    const name = r.readString()
    features.set(name, r.readInt16())
    r.readInt16()
  })
}
