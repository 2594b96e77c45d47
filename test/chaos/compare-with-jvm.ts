import { readWithJvm } from '../kafka/jvm-consumer.ts'
import type { Site } from './open-site.ts'

export interface TopicComparison {
  readonly topic: string
  readonly ours: number
  readonly jvm: number
  /** Distinct event ids in what the JVM consumer saw. */
  readonly ids: number
  /** Offsets at which only one of the two saw a record, or another one than the other: an aborted record, or one that is missing. */
  readonly different: number
  /** Event ids that the JVM consumer saw more than once, of leads that no operator had done again. */
  readonly doubled: readonly string[]
}

/** Event ids by partition and offset. */
type Positions = Map<string, string>

/** Reads every outcome topic twice, with our reader and with Kafka's own read_committed consumer, and compares record by record. */
export async function compareWithJvm(
  { log, cluster, topics }: Pick<Site, 'log' | 'cluster' | 'topics'>,
  rerun: ReadonlySet<string>,
): Promise<TopicComparison[]> {
  return Promise.all(
    [...Object.values(topics.outcomes), topics.completed].map(async (topic) => {
      const [ours, jvm] = await Promise.all([readOurselves(log, topic), readAsOthers(cluster.direct, topic, rerun)])
      const notOurs = [...jvm.positions].filter(([at, id]) => ours.positions.get(at) !== id).length
      const onlyOurs = [...ours.positions.keys()].filter((at) => !jvm.positions.has(at)).length
      return { topic, ours: ours.count, jvm: jvm.count, ids: jvm.ids, different: notOurs + onlyOurs, doubled: jvm.doubled }
    }),
  )
}

async function readAsOthers(brokers: string, topic: string, rerun: ReadonlySet<string>) {
  const positions: Positions = new Map()
  const ids = new Set<string>()
  const doubled: string[] = []
  let count = 0
  for await (const { partition, offset, key, value } of readWithJvm({ brokers, topic, quietMs: 20_000 })) {
    const id = eventIdIn(value)
    if (ids.has(id) && !rerun.has(key)) doubled.push(id)
    ids.add(id)
    positions.set(`${partition}/${offset}`, id)
    count += 1
  }
  return { positions, ids: ids.size, doubled, count }
}

async function readOurselves(log: Site['log'], topic: string) {
  const positions: Positions = new Map()
  let count = 0
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      for (const { offset, value } of batch) positions.set(`${partition}/${offset}`, eventIdIn(String(value)))
      count += batch.length
    }
  }
  return { positions, count }
}

/** The first field of every event, as text in its Avro. Copied: a part of a long text would keep all of it in memory. */
function eventIdIn(value: string): string {
  const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(value)?.[0]
  if (id === undefined) throw new Error(`no event id in ${value.slice(0, 200)}`)
  return Buffer.from(id).toString()
}
