import type { PartitionEnds } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import type { Cluster, TopicOffsets } from './kafkajs-internals.ts'

const refreshTries = 5

interface Partition {
  readonly partition: number
}

/**
 * First kept offset and committed end (not the high watermark: an open transaction is not there yet) of every partition.
 * Rejects when an answer leaves one out: 0 would be a lie that costs every record before the end.
 */
export async function partitionEnds(cluster: Cluster, topic: string): Promise<PartitionEnds[]> {
  return endsOf(cluster, topic, await freshPartitions(cluster, topic))
}

/** The ends of one partition, asked of its own leader only; rejects when it is not told of. */
export async function endsOfPartition(cluster: Cluster, topic: string, partition: number): Promise<PartitionEnds> {
  const known = (await freshPartitions(cluster, topic)).filter((candidate) => candidate.partition === partition)
  const [found] = known.length === 0 ? [] : await endsOf(cluster, topic, known)
  if (found === undefined) throw unavailable(`tell the ends of ${topic}/${partition}`)
  return found
}

/** The end of all that is written and copied (the high watermark), open transactions included; rejects when it is not told. */
export async function writtenEnd(cluster: Cluster, topic: string, partition: number): Promise<number> {
  await freshPartitions(cluster, topic)
  const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader
  if (leader === undefined) throw unavailable(`tell the end of ${topic}/${partition}`)
  const broker = await cluster.findBroker({ nodeId: leader })
  const question = { topic, partitions: [{ partition, timestamp: -1 as const }] }
  const { responses } = await broker.listOffsets({ isolationLevel: 0, topics: [question] })
  return offsetIn(responses[0], topic, partition)
}

async function endsOf(cluster: Cluster, topic: string, partitions: readonly Partition[]): Promise<PartitionEnds[]> {
  const [starts] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: true }])
  const [ends] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning: false }])
  return partitions.map(({ partition }) => ({
    partition,
    start: offsetIn(starts, topic, partition),
    end: offsetIn(ends, topic, partition),
  }))
}

function offsetIn(offsets: TopicOffsets | undefined, topic: string, partition: number): number {
  const found = offsets?.partitions.find((candidate) => candidate.partition === partition)
  if (found === undefined) throw unavailable(`tell the ends of ${topic}: partition ${partition} was left out of an answer`)
  return Number(found.offset)
}

/**
 * The topic's partitions as of now: a lane can be on one that was added since, and an old leader answers nothing. Callers share
 * one refresh of kafkajs, which may have been asked before this topic was of interest: then it knows nothing of it.
 */
async function freshPartitions(cluster: Cluster, topic: string): Promise<Partition[]> {
  await cluster.addMultipleTargetTopics([topic])
  for (let tries = 0; tries < refreshTries; tries++) {
    await cluster.refreshMetadata()
    const known = cluster.findTopicPartitionMetadata(topic)
    if (known.length > 0) return known.map(({ partitionId }) => ({ partition: partitionId })).sort(byPartition)
  }
  throw unavailable(`tell the partitions of ${topic}`)
}

function byPartition(a: Partition, b: Partition): number {
  return a.partition - b.partition
}
