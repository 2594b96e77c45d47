const seed = 0x9747b28c
const multiplier = 0x5bd1e995
const shift = 24

/** Hash of a key as every Kafka client computes it, so that all of them agree on the partition. Source: org.apache.kafka.common.utils.Utils.murmur2. */
export function murmur2(data: Buffer): number {
  const length = data.length
  let hash = seed ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(data.readInt32LE(at), multiplier)
    word ^= word >>> shift
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier)
  }
  const rest = length - at
  if (rest > 0) hash = Math.imul(hash ^ data.readUIntLE(at, rest), multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

/** The partition of a key among `partitions`: the positive part of its hash, as Kafka's default partitioner does. */
export function partitionOf(key: Buffer, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}
