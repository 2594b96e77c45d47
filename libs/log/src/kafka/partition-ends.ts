import type { PartitionEnds } from '../log.ts'
import type { Cluster } from './kafkajs-internals.ts'

/** First kept offset and committed end (not the high watermark: an open transaction is not there yet) of every partition. */
export async function partitionEnds(cluster: Cluster, topic: string): Promise<PartitionEnds[]> {
  const partitions = cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }))
    .toSorted((a, b) => a.partition - b.partition)
  const [starts] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }])
  const [ends] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }])
  const offsetIn = (offsets: typeof starts, partition: number) =>
    Number(offsets?.partitions.find((candidate) => candidate.partition === partition)?.offset ?? 0)
  return partitions.map(({ partition }) => ({ partition, start: offsetIn(starts, partition), end: offsetIn(ends, partition) }))
}
