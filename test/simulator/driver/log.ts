import { LeadlineError } from '@leadline/domain'
import type { Log, LogLimits, LogRecord, ReadRange } from '@leadline/log'
import type { Partition } from '../broker/partition.ts'
import type { PlacedRecord } from '../broker/transactions.ts'
import type { Connection } from './connection.ts'
import { startFencedMembership } from './fenced-membership.ts'
import { startLaneMembership } from './lane-membership.ts'
import type { ModelledMembership } from './membership.ts'

/** The port `Log` for one simulated process, with the manners of the Kafka driver. */
export function openModelledLog(connection: Connection, limits: LogLimits): Log {
  const { host, cluster } = connection
  const memberships = new Set<ModelledMembership>()
  let closed = false

  const ask = <T>(partition: Partition, what: string, work: () => T | Promise<T>): Promise<T> =>
    network.call({ from: host, to: partition.broker, what: `${what} ${partition.topic}/${partition.number}`, work })
  const { network } = cluster

  function refuseWhenClosed(): void {
    if (closed) throw new LeadlineError('LOG_UNAVAILABLE', 'the log is closed')
  }

  async function append(placed: readonly PlacedRecord[]): Promise<void> {
    const byBroker = Map.groupBy(placed, ({ partition }) => partition.broker)
    const work = (records: readonly PlacedRecord[]) => () => {
      for (const { partition, sent } of records) partition.append(sent, null, cluster.now())
    }
    await Promise.all([...byBroker].map(([to, records]) => network.call({ from: host, to, what: 'append', work: work(records) })))
  }

  async function* read({ topic, partition: number, from, to }: ReadRange, signal?: AbortSignal) {
    const partition = cluster.partition(topic, number)
    for (let next = from; to === undefined || next < to; ) {
      refuseWhenClosed()
      const fetched = await ask(partition, 'read', () =>
        to === undefined ? cluster.fetchWhenReadable(partition, next, signal) : (partition.fetch(next, 100) ?? undefined),
      )
      if (fetched === undefined || signal?.aborted === true) return
      const records = fetched.records.filter((record: LogRecord) => to === undefined || record.offset < to)
      if (records.length > 0) yield records
      next = fetched.nextOffset
    }
  }

  return {
    limits,
    append: async (records) => {
      refuseWhenClosed()
      await append(cluster.place(records))
    },
    join: async (group, topics, owner) => {
      refuseWhenClosed()
      for (const topic of topics) cluster.partitions(topic)
      const start = connection.transactions === 'group' ? startFencedMembership : startLaneMembership
      const membership = start({
        connection,
        number: memberships.size,
        group,
        topics,
        owner,
        metadataLength: limits.metadataLength,
      })
      memberships.add(membership)
      await membership.joined
      return membership
    },
    read,
    ends: async (topic) => {
      refuseWhenClosed()
      const partitions = cluster.partitions(topic)
      const [first] = partitions
      if (first === undefined) return []
      return ask(first, 'ends', () => partitions.map(({ number, start, stable }) => ({ partition: number, start, end: stable })))
    },
    settled: async (topic, number) => {
      refuseWhenClosed()
      const partition = cluster.partition(topic, number)
      const written = await ask(partition, 'written', () => partition.end)
      while ((await ask(partition, 'settled', () => partition.stable)) < written)
        await host.sleep(cluster.random.int(5, 200), 'ask again')
    },
    ensureTopics: async (specs) => cluster.ensureTopics(specs),
    [Symbol.asyncDispose]: async () => {
      if (closed) return
      await Promise.all([...memberships].map((membership) => membership.close()))
      closed = true
    },
  }
}
