import { type JvmRecord, readWithJvm } from '../kafka/jvm-consumer.ts'
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

const endKey = 'the end of this run'
const patienceMs = 300_000

/**
 * Reads every outcome topic twice, with our reader and with Kafka's own read_committed consumer, and compares record by record. A last
 * record is written to each partition, so that both know when they have seen everything, however long that takes.
 */
export async function compareWithJvm(
  { log, brokers, topics }: Pick<Site, 'log' | 'topics'> & { readonly brokers: string },
  rerun: ReadonlySet<string>,
): Promise<TopicComparison[]> {
  return Promise.all(
    [...Object.values(topics.outcomes), topics.completed].map(async (topic) => {
      const partitions = await markEnds(log, topic)
      const [ours, jvm] = await Promise.all([
        collect(readOurselves(log, topic), rerun),
        collect(untilEnds(readWithJvm({ brokers, topic, quietMs: patienceMs }), partitions), rerun),
      ])
      const notOurs = [...jvm.positions].filter(([at, id]) => ours.positions.get(at) !== id).length
      const onlyOurs = [...ours.positions.keys()].filter((at) => !jvm.positions.has(at)).length
      return { topic, ours: ours.count, jvm: jvm.count, ids: jvm.ids, different: notOurs + onlyOurs, doubled: jvm.doubled }
    }),
  )
}

async function markEnds(log: Site['log'], topic: string): Promise<number> {
  const ends = await log.ends(topic)
  await log.append(
    ends.map(({ partition }) => ({ topic, partition, key: Buffer.from(endKey), value: Buffer.alloc(0), headers: {} })),
  )
  return ends.length
}

async function collect(records: AsyncIterable<JvmRecord>, rerun: ReadonlySet<string>) {
  const positions: Positions = new Map()
  const ids = new Set<string>()
  const doubled: string[] = []
  let count = 0
  for await (const { partition, offset, key, value } of records) {
    if (key === endKey) continue
    const id = eventIdIn(value)
    if (ids.has(id) && !rerun.has(key)) doubled.push(id)
    ids.add(id)
    positions.set(`${partition}/${offset}`, id)
    count += 1
  }
  return { positions, ids: ids.size, doubled, count }
}

async function* untilEnds(records: AsyncIterable<JvmRecord>, partitions: number): AsyncGenerator<JvmRecord> {
  let ended = 0
  for await (const record of records) {
    yield record
    if (record.key === endKey) ended += 1
    if (ended === partitions) return
  }
}

async function* readOurselves(log: Site['log'], topic: string): AsyncGenerator<JvmRecord> {
  for (const { partition, start, end } of await log.ends(topic)) {
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      for (const { offset, key, value } of batch) yield { partition, offset, key: String(key), value: String(value) }
    }
  }
}

/** The first field of every event, as text in its Avro. Copied: a part of a long text would keep all of it in memory. */
function eventIdIn(value: string): string {
  const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(value)?.[0]
  if (id === undefined) throw new Error(`no event id in ${value.slice(0, 200)}`)
  return Buffer.from(id).toString()
}
