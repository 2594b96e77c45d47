export { type KafkaLogOptions, openKafkaLog } from './kafka/kafka.ts'
export type { Handover } from './local-groups.ts'
export type * from './log.ts'
export type { LogListener } from './log-listener.ts'
export {
  createMemoryCluster,
  type MemoryCluster,
  type MemoryClusterOptions,
  type MemoryLogOptions,
  openMemoryLog,
} from './memory.ts'
export type { CommitFault } from './memory-storage.ts'
export { murmur2, partitionOf } from './murmur2.ts'
export { openSqliteLog, type SqliteLogOptions } from './sqlite.ts'
