import { consumeWithJvm } from '../kafka/jvm-consumer.ts'
import type { Site } from './open-site.ts'

export interface TopicComparison {
  readonly topic: string
  readonly ours: number
  readonly jvm: number
  /** Keys that one of the two saw more often than the other. */
  readonly different: number
}

/** Reads every outcome topic twice, with our reader and with Kafka's own read_committed consumer, and compares key by key. */
export async function compareWithJvm({
  log,
  cluster,
  topics,
}: Pick<Site, 'log' | 'cluster' | 'topics'>): Promise<TopicComparison[]> {
  return Promise.all(
    [...Object.values(topics.outcomes), topics.completed].map(async (topic) => {
      const [ours, records] = await Promise.all([
        countKeys(log, topic),
        consumeWithJvm({ brokers: cluster.direct, topic, print: 'keys' }),
      ])
      const balance = new Map(ours)
      for (const { key } of records) balance.set(key, (balance.get(key) ?? 0) - 1)
      return {
        topic,
        ours: [...ours.values()].reduce((sum, count) => sum + count, 0),
        jvm: records.length,
        different: [...balance.values()].filter((count) => count !== 0).length,
      }
    }),
  )
}

async function countKeys(log: Site['log'], topic: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      for (const { key } of batch) counts.set(String(key), (counts.get(String(key)) ?? 0) + 1)
    }
  }
  return counts
}
