import type { SizedRecord } from '../kafka/topic-catalog.ts'
import type { OutgoingRecord } from '../log.ts'

/** Records of one partition, in order. */
export interface PartitionRecords {
  readonly topic: string
  readonly partition: number
  readonly records: readonly OutgoingRecord[]
}

/** The records of all lists by their partitions, each in its order. */
export function byPartition(lists: readonly (readonly SizedRecord[])[]): PartitionRecords[] {
  const byTopic = new Map<string, Map<number, OutgoingRecord[]>>()
  for (const records of lists) {
    for (const { topic, partition, record } of records) {
      const ofTopic = entry(byTopic, topic, () => new Map<number, OutgoingRecord[]>())
      entry(ofTopic, partition, (): OutgoingRecord[] => []).push(record)
    }
  }
  return [...byTopic].flatMap(([topic, ofTopic]) =>
    Array.from(ofTopic, ([partition, records]) => ({ topic, partition, records })),
  )
}

export function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
