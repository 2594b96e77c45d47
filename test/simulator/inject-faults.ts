import type { LogRecord } from '@leadline/log'
import type { Cluster } from './broker/cluster.ts'
import type { Service } from './broker/network.ts'
import { isReadable } from './broker/partition.ts'
import type { Host } from './kernel/host.ts'
import type { Timeline } from './kernel/timeline.ts'
import { coverageOf } from './oracle/coverage.ts'
import type { Fault } from './plan.ts'

export interface FaultOptions {
  readonly faults: readonly Fault[]
  readonly timeline: Timeline
  readonly cluster: Cluster
  /** Groups with the topics they work on. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Topic of the leads received. */
  readonly received: string
  /** Called with each record that goes before it was done, unless somebody has it already. */
  readonly lost: (record: LogRecord) => void
  readonly count: (fault: string) => void
  /** Starts one more process. */
  readonly start: () => void
  readonly crash: (host: Host, backAfterMs: number) => void
  /** Ends the process as on SIGTERM, and starts another one. */
  readonly leave: (host: Host, backAfterMs: number) => void
}

export interface Faults {
  /** To be called before each event of a process. */
  beforeEvent(host: Host): void
  stop(): void
}

export function injectFaults(options: FaultOptions): Faults {
  const { faults, timeline, cluster, count } = options
  const byEvent = Map.groupBy(
    faults.filter((fault) => 'event' in fault),
    ({ event }) => event,
  )
  let events = 0
  let stopped = false

  for (const fault of faults.filter((fault) => 'atMs' in fault)) {
    timeline.schedule(fault.atMs, `fault ${fault.type}`, () => void (stopped || befall(fault)))
  }

  function befall(fault: Extract<Fault, { atMs: number }>): void {
    count(fault.type === 'away' ? `away: ${fault.what}` : fault.type)
    switch (fault.type) {
      case 'join':
        return options.start()
      case 'away':
        for (const service of servicesOf(fault.what)) cluster.network.cut(service, fault.forMs)
        return
      case 'behind':
        return cluster.transactions.fallBehind(fault.forMs)
      case 'retention':
        return retain()
      case 'loss':
        return lose()
      case 'compaction':
        for (const topic of cluster.topics().filter((name) => name.includes('state.')))
          for (const partition of cluster.partitions(topic)) partition.compact()
        return
      case 'gap': {
        const topics = cluster.topics()
        for (const partition of cluster.partitions(topics[fault.topic % topics.length] ?? '')) partition.skip(fault.offsets)
      }
    }
  }

  /** Removes what every group is done with. */
  function retain(): void {
    for (const [group, topics] of options.groups) {
      for (const topic of topics) {
        for (const partition of cluster.partitions(topic)) {
          partition.trim(coverageOf(cluster.transactions.position({ group, topic, partition: partition.number })).base)
        }
      }
    }
  }

  /** Removes half of what is not done, too. Not of the leads received: who was known and who was not could not be told any more. */
  function lose(): void {
    for (const [group, topics] of options.groups) {
      for (const topic of topics.filter((name) => name !== options.received)) {
        for (const partition of cluster.partitions(topic)) {
          const done = coverageOf(cluster.transactions.position({ group, topic, partition: partition.number }))
          const below = done.base + Math.ceil((partition.stable - done.base) / 2)
          const gone = partition.stored.filter(({ record: { offset } }) => offset >= partition.start && offset < below)
          for (const entry of gone) if (isReadable(entry) && !done.has(entry.record.offset)) options.lost(entry.record)
          partition.trim(below)
        }
      }
    }
  }

  function strike(host: Host, fault: Extract<Fault, { event: number }>): void {
    switch (fault.type) {
      case 'crash':
        return options.crash(host, fault.backAfterMs)
      case 'freeze':
        return host.freeze(fault.forMs)
      case 'cut-off':
        return void host.cutFromGroups(fault.forMs)
      case 'leave':
        return options.leave(host, fault.backAfterMs)
      case 'clock':
        return host.setClock(fault.byMs)
    }
  }

  return {
    beforeEvent: (host) => {
      if (stopped) return
      for (const fault of byEvent.get(++events) ?? []) {
        count(fault.type)
        strike(host, fault)
      }
    },
    stop: () => {
      stopped = true
    },
  }
}

function servicesOf(what: 'transactions' | 'groups' | 'brokers' | 'all'): Service[] {
  const brokers: Service[] = ['broker-0', 'broker-1', 'broker-2']
  switch (what) {
    case 'transactions':
      return ['transactions']
    case 'groups':
      return ['groups', 'positions']
    case 'brokers':
      return brokers
    case 'all':
      return ['transactions', 'groups', 'positions', ...brokers]
  }
}
