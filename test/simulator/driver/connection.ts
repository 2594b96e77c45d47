import type { Cluster } from '../broker/cluster.ts'
import type { Host } from '../kernel/host.ts'

/** One process at the cluster. */
export interface Connection {
  readonly host: Host
  readonly cluster: Cluster
  /** A producer for each lane, or one for a process that its group fences: KAFKA_TRANSACTIONS. */
  readonly transactions: 'lanes' | 'group'
}
