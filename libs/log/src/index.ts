export type { Handover } from './local-groups.ts'
export type * from './log.ts'
export {
  createMemoryCluster,
  type MemoryCluster,
  type MemoryClusterOptions,
  type MemoryLogOptions,
  openMemoryLog,
} from './memory.ts'
export type { CommitFault } from './memory-storage.ts'
export { murmur2, partitionOf } from './murmur2.ts'
export { type LogListener, openSqliteLog, type SqliteLogOptions } from './sqlite.ts'
