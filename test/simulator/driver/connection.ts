import type { Cluster } from '../broker/cluster.ts'
import type { Host } from '../kernel/host.ts'

/** One process at the cluster. */
export interface Connection {
  readonly host: Host
  readonly cluster: Cluster
}
