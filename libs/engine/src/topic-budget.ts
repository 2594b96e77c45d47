import type { OutgoingRecord } from '@leadline/log'

/** How much of each topic one commit can carry. */
export interface TopicBudget {
  hasRoomFor(records: readonly OutgoingRecord[], bytes: number): boolean
  /** `bytes` is what `bytesOf` says of the records. */
  add(records: readonly OutgoingRecord[], bytes: number): void
  /** Of all that was added. */
  readonly bytes: number
}

export function createTopicBudget(bytesPerTopic: number): TopicBudget {
  const added: OutgoingRecord[] = []
  let bytes = 0
  // Most commits are far from the limit: what each topic has of it is counted only near it.
  let byTopic: Map<string, number> | undefined

  return {
    hasRoomFor(records, more) {
      if (bytes + more <= bytesPerTopic) return true
      byTopic ??= countByTopic(new Map(), added)
      return [...countByTopic(new Map(), records)].every(([topic, its]) => (byTopic?.get(topic) ?? 0) + its <= bytesPerTopic)
    },
    add(records, more) {
      bytes += more
      if (byTopic !== undefined) countByTopic(byTopic, records)
      else for (const record of records) added.push(record)
    },
    get bytes() {
      return bytes
    },
  }
}

export function bytesOf(records: readonly OutgoingRecord[]): number {
  let bytes = 0
  for (const record of records) bytes += estimateBytes(record)
  return bytes
}

function countByTopic(sums: Map<string, number>, records: readonly OutgoingRecord[]): Map<string, number> {
  for (const record of records) sums.set(record.topic, (sums.get(record.topic) ?? 0) + estimateBytes(record))
  return sums
}

/** What a record takes in a batch, a little more rather than less. */
export function estimateBytes({ key, value, headers }: OutgoingRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0) + 32
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0) + 4
  return bytes
}
