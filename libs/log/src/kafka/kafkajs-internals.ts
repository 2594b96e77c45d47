import { createRequire } from 'node:module'
import type { ISocketFactory, Logger, Mechanism, RetryOptions, SASLOptions } from 'kafkajs'

// kafkajs offers neither fetching without a group nor a group without fetching. What we need of its inside is
// declared here and nowhere else; kafkajs-patches.ts refuses any version but the one this was read from.
const require = createRequire(import.meta.url)

export interface PartitionMetadata {
  readonly partitionId: number
  readonly leader: number
}

export interface FetchedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>>
  readonly isControlRecord: boolean
  readonly batchContext: {
    readonly firstOffset: string
    readonly lastOffsetDelta: number
    readonly producerId: string
    readonly inTransaction: boolean
  }
}

export interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

export interface FetchedPartition {
  readonly partition: number
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly AbortedTransaction[] | null
  readonly messages: readonly FetchedMessage[]
}

export interface FetchRequest {
  readonly isolationLevel: 0 | 1
  readonly maxWaitTime: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly topics: readonly {
    topic: string
    partitions: readonly { partition: number; fetchOffset: string; maxBytes: number }[]
  }[]
}

export interface CommittedPartition {
  readonly partition: number
  /** -1 when nothing was committed. */
  readonly offset: string
  readonly metadata: string | null
}

export interface OffsetQuestion {
  readonly groupId: string
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number }[] }[]
}

export interface Broker {
  /** `timestamp` -1: the end; what that is depends on the isolation level. */
  listOffsets(question: {
    readonly isolationLevel: 0 | 1
    readonly topics: readonly {
      topic: string
      partitions: readonly { readonly partition: number; readonly timestamp: -1 }[]
    }[]
  }): Promise<{ readonly responses: readonly TopicOffsets[] }>
  /** Rejects when any partition of the answer has an error. */
  offsetFetch(question: OffsetQuestion): Promise<{
    readonly responses: readonly { readonly topic: string; readonly partitions: readonly CommittedPartition[] }[]
  }>
  fetch(request: FetchRequest): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>
}

export interface TopicOffsets {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[]
}

export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  findTopicPartitionMetadata(topic: string): readonly PartitionMetadata[]
  findBroker(options: { nodeId: number }): Promise<Broker>
  findGroupCoordinator(options: { groupId: string }): Promise<Broker>
  fetchTopicsOffset(
    topics: readonly { topic: string; partitions: readonly { partition: number }[]; fromBeginning: boolean }[],
  ): Promise<readonly TopicOffsets[]>
}

export interface ClusterOptions {
  readonly logger: Logger
  readonly socketFactory: ISocketFactory
  readonly brokers: readonly string[]
  readonly ssl: object | boolean | undefined
  readonly sasl: SASLOptions | Mechanism | undefined
  readonly clientId: string
  readonly connectionTimeout: number
  readonly requestTimeout: number
  readonly enforceRequestTimeout: boolean
  readonly metadataMaxAge: number
  readonly allowAutoTopicCreation: boolean
  readonly isolationLevel: 0 | 1
  readonly retry: RetryOptions
}

export interface AssignerMember {
  readonly memberId: string
  readonly memberMetadata: Buffer
}

/** What kafkajs asks of an assigner: what to tell the leader, and as leader who gets what. */
export interface Assigner {
  readonly name: string
  readonly version: number
  protocol(subscription: { topics: readonly string[] }): { name: string; metadata: Buffer }
  assign(group: { members: readonly AssignerMember[] }): Promise<{ memberId: string; memberAssignment: Buffer }[]>
}

export interface ConsumerGroup {
  memberId: string | null
  joinAndSync(): Promise<void>
  heartbeat(options: { interval: number }): Promise<void>
  checkForStaleAssignment(): void
  leave(): Promise<void>
  assigned(): readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

export interface ConsumerGroupOptions {
  readonly logger: Logger
  readonly cluster: Cluster
  readonly groupId: string
  readonly topics: readonly string[]
  readonly topicConfigurations: object
  readonly instrumentationEmitter: object
  readonly assigners: readonly Assigner[]
  readonly sessionTimeout: number
  readonly rebalanceTimeout: number
  readonly retry: RetryOptions
  readonly autoCommit: false
}

export const Cluster: new (options: ClusterOptions) => Cluster = require('kafkajs/src/cluster')
export const ConsumerGroup: new (options: ConsumerGroupOptions) => ConsumerGroup = require('kafkajs/src/consumer/consumerGroup')
export const InstrumentationEventEmitter: new () => object = require('kafkajs/src/instrumentation/emitter')

interface AssignerProtocol {
  readonly MemberMetadata: {
    encode(metadata: { version: number; topics: readonly string[]; userData: Buffer }): Buffer
    decode(metadata: Buffer): { topics: string[]; userData: Buffer | null }
  }
  readonly MemberAssignment: {
    encode(assignment: { version: number; assignment: Readonly<Record<string, readonly number[]>> }): Buffer
  }
}

export const { MemberMetadata, MemberAssignment }: AssignerProtocol = require('kafkajs/src/consumer/assignerProtocol')
