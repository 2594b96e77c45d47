import type { LogLimits } from './log.ts'

/**
 * The limits of every driver, so that what works embedded works on Kafka: its brokers keep 4,096 characters of metadata, a batch of
 * 1 MB, and our topics take records of 4 MB, of which the wire needs a little.
 */
export const usualLimits: LogLimits = { metadataLength: 4096, recordBytes: 4 * 1024 * 1024 - 4096, commitBytesPerTopic: 900_000 }
