import { createLocalGroups, type Handover, type LocalGroups } from './local-groups.ts'
import { createLocalLog, type LocalLog } from './local-log.ts'
import type { Log, LogLimits } from './log.ts'
import { type CommitFault, createMemoryStorage, type MemoryStorage } from './memory-storage.ts'
import { createPlacement, type PlaceRecord } from './place-records.ts'
import { usualLimits } from './usual-limits.ts'

export interface MemoryClusterOptions {
  readonly now?: () => number
  /** What members are told when a lane goes to another member; default `closing`. Kafka does `lost`. */
  readonly handover?: Handover
}

/** One log in memory that several `Log`s, as if of several processes, share. */
export interface MemoryCluster {
  /** The process of `log` dies: its lanes are lost to others at once, nothing it does later has an effect. */
  kill(log: Log): void
  /** The next lane commit answers `unknown`: kept all the same, or dropped. Calls add up. */
  failNextCommit(fault: CommitFault): void
}

export interface MemoryLogOptions {
  readonly now?: () => number
  readonly limits?: Partial<LogLimits>
  readonly shared?: MemoryCluster
}

interface Parts {
  readonly storage: MemoryStorage
  readonly groups: LocalGroups
  readonly place: PlaceRecord
  readonly logs: Map<Log, LocalLog>
}

const partsOf = new WeakMap<MemoryCluster, Parts>()

export function createMemoryCluster({ now = Date.now, handover = 'closing' }: MemoryClusterOptions = {}): MemoryCluster {
  const storage = createMemoryStorage(now)
  const place = createPlacement(storage)
  const logs = new Map<Log, LocalLog>()
  const cluster: MemoryCluster = {
    kill: (log) => logs.get(log)?.abandon(),
    failNextCommit: storage.failNextCommit,
  }
  partsOf.set(cluster, { storage, place, logs, groups: createLocalGroups(storage, place, handover) })
  return cluster
}

/** Opens a log that forgets: for tests. With `shared`, one process of several on the same log. */
export async function openMemoryLog({ now = Date.now, limits, shared }: MemoryLogOptions = {}): Promise<Log> {
  const parts = partsOf.get(shared ?? createMemoryCluster({ now }))
  if (parts === undefined) throw new TypeError('not a cluster of createMemoryCluster')
  const log = createLocalLog({
    storage: parts.storage,
    groups: parts.groups,
    place: parts.place,
    limits: { ...usualLimits, ...limits },
    release: async () => {
      parts.logs.delete(log)
    },
  })
  parts.logs.set(log, log)
  return log
}
