import { LeadlineError } from '@leadline/domain'
import type { LaneCommit } from '@leadline/log'
import { type OutgoingRecord, partitionOf, type TopicShape } from '@leadline/log'
import { refuseDifferences, topicDifferences } from '@leadline/log/topic-differences'
import type { Random } from '../kernel/random.ts'
import type { Timeline } from '../kernel/timeline.ts'
import { type ConsumerGroups, createConsumerGroups } from './consumer-groups.ts'
import { createGroups, type Groups } from './groups.ts'
import { createNetwork, type Network, type NetworkFaults, type Service } from './network.ts'
import { createPartition, type Partition } from './partition.ts'
import { createTransactions, type DecidedCommit, type LaneName, type PlacedRecord, type Transactions } from './transactions.ts'

/** Who looks on: told of every lane that is given out, and of every commit that is asked for or decided. */
export interface Witness {
  assigned(lane: LaneName, to: string): void
  committing(lane: LaneName, commit: LaneCommit): void
  decided(commit: DecidedCommit): void
}

export interface Cluster {
  readonly network: Network
  readonly transactions: Transactions
  readonly groups: Groups
  readonly consumerGroups: ConsumerGroups
  readonly random: Random
  readonly witness: Witness
  now(): number
  ensureTopics(shapes: readonly TopicShape[]): void
  /** Throws LOG_MISMATCH for a topic nobody made. */
  partitions(topic: string): readonly Partition[]
  partition(topic: string, number: number): Partition
  topics(): readonly string[]
  /** Gives records their partition. Throws LOG_MISMATCH or RECORD_TOO_LARGE. */
  place(records: readonly OutgoingRecord[]): PlacedRecord[]
  fetchWhenReadable(
    partition: Partition,
    from: number,
    signal?: AbortSignal,
  ): Promise<NonNullable<ReturnType<Partition['fetch']>>> | NonNullable<ReturnType<Partition['fetch']>>
  problem(what: string, error: unknown): void
}

export interface ClusterOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly faults: NetworkFaults
  readonly witness: Witness
  readonly epochMs: number
  readonly metadataLength: number
  /** Share of the ends of transactions that a partition shows late. */
  readonly slowMarkers: number
  /** Most records in one answer to a fetch. */
  readonly fetchRecords: number
  readonly count: (fault: string) => void
  readonly problem: (what: string, error: unknown) => void
}

const transactionTimeoutMs = 15_000

const brokers: readonly Service[] = ['broker-0', 'broker-1', 'broker-2']

/** The whole modelled log: what all processes of a run share. */
export function createCluster(options: ClusterOptions): Cluster {
  const { timeline, random, faults, witness, count, problem, metadataLength, slowMarkers, fetchRecords } = options
  const topics = new Map<string, { shape: TopicShape; partitions: readonly Partition[] }>()
  const now = (): number => options.epochMs + timeline.now()
  const network = createNetwork({ timeline, random, faults, count })
  let turn = 0

  function topicOf(name: string): { shape: TopicShape; partitions: readonly Partition[] } {
    const topic = topics.get(name)
    if (topic === undefined) throw new LeadlineError('LOG_MISMATCH', `the log has no topic ${name}`)
    return topic
  }

  function partition(topic: string, number: number): Partition {
    const found = topicOf(topic).partitions[number]
    if (found === undefined) throw new LeadlineError('LOG_MISMATCH', `topic ${topic} has no partition ${number}`)
    return found
  }

  function placeOne(sent: OutgoingRecord): PlacedRecord {
    const { shape } = topicOf(sent.topic)
    const bytes = bytesOf(sent)
    if (bytes > shape.maxRecordBytes) {
      throw new LeadlineError('RECORD_TOO_LARGE', `a record of ${bytes} bytes for ${sent.topic} is over ${shape.maxRecordBytes}`)
    }
    const byKey = sent.key === null ? turn++ % shape.partitions : partitionOf(sent.key, shape.partitions)
    return { partition: partition(sent.topic, sent.partition ?? byKey), sent }
  }

  const groupOptions = {
    timeline,
    random,
    isAway: () => network.isAway('groups'),
    partitionsOf: (topic: string) => topicOf(topic).partitions.length,
    count,
  }
  return {
    network,
    transactions: createTransactions({
      timeline,
      random,
      metadataLength,
      slowMarkers,
      timeoutMs: transactionTimeoutMs,
      now,
      decided: witness.decided,
      count,
    }),
    groups: createGroups(groupOptions),
    consumerGroups: createConsumerGroups(groupOptions),
    random,
    witness,
    now,
    problem,
    ensureTopics: (shapes) => {
      const known = (wanted: TopicShape): TopicShape => topics.get(wanted.name)?.shape ?? wanted
      refuseDifferences(shapes.flatMap((shape) => topicDifferences(shape, known(shape))))
      for (const shape of shapes) {
        if (topics.has(shape.name)) continue
        const partitions = Array.from({ length: shape.partitions }, (_, number) =>
          createPartition(shape.name, number, brokers[(number + topics.size) % brokers.length] ?? 'broker-0'),
        )
        topics.set(shape.name, { shape, partitions })
      }
    },
    partitions: (topic) => topicOf(topic).partitions,
    partition,
    topics: () => [...topics.keys()],
    place: (records) => records.map(placeOne),
    fetchWhenReadable: (source, from, signal) => {
      const fetched = source.fetch(from, fetchRecords)
      if (fetched !== undefined) return fetched
      return new Promise((resolve) => {
        const give = (): void => resolve(source.fetch(from, fetchRecords) ?? { records: [], nextOffset: from })
        if (signal?.aborted === true) return give()
        source.wait(from, give)
        signal?.addEventListener('abort', give, { once: true })
      })
    },
  }
}

export function bytesOf({ key, value, headers }: OutgoingRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, header] of Object.entries(headers)) bytes += Buffer.byteLength(name) + Buffer.byteLength(header)
  return bytes
}
