import type { Admin } from 'kafkajs'
import type { TopicShape } from '../log.ts'
import { refuseDifferences, topicDifferences } from '../topic-differences.ts'
import { errorType, isUnknownTopic } from './kafka-errors.ts'
import { ConfigResourceTypes } from './kafkajs-values.ts'
import { missingRight, onTopics } from './missing-right.ts'
import { oncePassed } from './once-passed.ts'
import type { Refusals } from './refusals.ts'

export interface EnsureOptions {
  /** Copies of each partition; absent: three, or as many as there are brokers. */
  readonly replication: number | undefined
  readonly metadataLength: number
  readonly refusals: Refusals
  readonly signal: AbortSignal
}

/** What of kafkajs is used here. */
type TopicAdmin = Pick<Admin, 'listTopics' | 'createTopics' | 'describeCluster' | 'fetchTopicMetadata' | 'describeConfigs'>

const topicConfigs = ['cleanup.policy', 'retention.ms', 'max.message.bytes']
const usualReplication = 3

/** Creates what is missing, waits until the brokers know of it, and compares everything; throws one LOG_MISMATCH with every difference. */
export async function ensureKafkaTopics(admin: TopicAdmin, shapes: readonly TopicShape[], options: EnsureOptions): Promise<void> {
  const existing = new Set(await admin.listTopics())
  const missing = shapes.filter(({ name }) => !existing.has(name))
  if (missing.length > 0) await createTopics(admin, missing, options.replication)
  const names = shapes.map(({ name }) => name)
  const known = { passes: isUnknownTopic, withinMs: knownWithinMs, signal: options.signal }
  const found = await oncePassed(() => describeTopics(admin, shapes), known).catch(async (error: unknown) => {
    throw (await options.refusals.of(error, onTopics('DESCRIBE_CONFIGS', names))) ?? error
  })
  const differences = shapes.flatMap((shape) => {
    const actual = found.get(shape.name)
    return actual === undefined ? [`${shape.name}: cannot be described`] : topicDifferences(shape, actual)
  })
  refuseDifferences([...differences, ...(await brokerDifferences(admin, options))])
}

/** Brokers hear of topics some moments after the controller has said that it made them. */
const knownWithinMs = 10_000

async function createTopics(admin: TopicAdmin, shapes: readonly TopicShape[], replication: number | undefined): Promise<void> {
  const { brokers } = await admin.describeCluster()
  const topics = shapes.map((shape) => ({
    topic: shape.name,
    numPartitions: shape.partitions,
    replicationFactor: replication ?? Math.min(usualReplication, brokers.length),
    configEntries: [
      { name: 'cleanup.policy', value: shape.cleanup },
      { name: 'retention.ms', value: String(shape.cleanup === 'compact' ? -1 : (shape.retentionMs ?? -1)) },
      { name: 'max.message.bytes', value: String(shape.maxRecordBytes) },
    ],
  }))
  try {
    await admin.createTopics({ topics, waitForLeaders: true })
  } catch (error) {
    const refused = refusedTopic(error)
    // A topic that one may not know of looks as if it were missing.
    if (refused !== undefined) throw missingRight({ operation: 'CREATE', on: 'topic', name: refused })
    // Another process may create the same topics at the same time.
    if (errorType(error) !== 'TOPIC_ALREADY_EXISTS') throw error
  }
}

/** The first topic that this login may not create, in the words of kafkajs. */
function refusedTopic(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return undefined
  const refused: unknown = error.errors.find((each) => errorType(each) === 'TOPIC_AUTHORIZATION_FAILED')
  return refused instanceof Error && 'topic' in refused ? String(refused.topic) : undefined
}

async function describeTopics(admin: TopicAdmin, shapes: readonly TopicShape[]): Promise<Map<string, TopicShape>> {
  const found = new Map<string, TopicShape>()
  if (shapes.length === 0) return found
  const names = shapes.map(({ name }) => name)
  const { topics } = await admin.fetchTopicMetadata({ topics: names })
  const asked = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames: topicConfigs }))
  const { resources } = await admin.describeConfigs({ resources: asked, includeSynonyms: false })
  for (const { resourceName, configEntries } of resources) {
    const config = (name: string) => configEntries.find(({ configName }) => configName === name)?.configValue ?? ''
    const retentionMs = Number(config('retention.ms'))
    found.set(resourceName, {
      name: resourceName,
      partitions: topics.find(({ name }) => name === resourceName)?.partitions.length ?? 0,
      cleanup: config('cleanup.policy').includes('compact') ? 'compact' : 'delete',
      retentionMs: retentionMs < 0 ? null : retentionMs,
      maxRecordBytes: Number(config('max.message.bytes')),
    })
  }
  return found
}

/** Limits of the brokers that a lane depends on, where they let us see them. */
async function brokerDifferences(admin: TopicAdmin, { metadataLength }: EnsureOptions): Promise<string[]> {
  const { brokers } = await admin.describeCluster()
  const first = brokers[0]
  if (first === undefined) return []
  const configNames = ['offset.metadata.max.bytes']
  const broker = { type: ConfigResourceTypes.BROKER, name: String(first.nodeId), configNames }
  const { resources } = await admin.describeConfigs({ resources: [broker], includeSynonyms: false }).catch((error: unknown) => {
    // DESCRIBE_CONFIGS on the cluster is more than a service needs: a commit that is too large for them would be refused by name.
    if (errorType(error) === 'CLUSTER_AUTHORIZATION_FAILED') return { resources: [] }
    throw error
  })
  const allowed = Number(resources[0]?.configEntries[0]?.configValue ?? metadataLength)
  return allowed < metadataLength ? [`brokers: offset.metadata.max.bytes is ${allowed}, wanted at least ${metadataLength}`] : []
}
