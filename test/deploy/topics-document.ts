import { fileURLToPath } from 'node:url'
import { type TopicPlan, topicSpecs } from '@leadline/events'

export const topicsFile = fileURLToPath(new URL('../../deploy/topics.json', import.meta.url))

/** `deploy/topics.json`: every topic with Kafka's own names for its settings, for those who create topics themselves. */
export function topicsDocument(plan: TopicPlan): string {
  const topics = topicSpecs(plan).map(({ name, partitions, cleanup, retentionMs, maxRecordBytes }) => ({
    name,
    partitions,
    config: {
      'cleanup.policy': cleanup,
      ...(cleanup === 'delete' ? { 'retention.ms': String(retentionMs ?? -1) } : {}),
      'max.message.bytes': String(maxRecordBytes),
    },
  }))
  return `${JSON.stringify({ topics }, null, 2)}\n`
}
