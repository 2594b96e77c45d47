import type { DatabaseSync } from 'node:sqlite'
import type { TopicShape } from './log.ts'
import { createTail, type Tail } from './tail.ts'

const offsetsPerPartition = 2 ** 40
const tailBytes = 64 * 1024 * 1024
const smallestTailBytes = 256 * 1024

/** What is known of one partition without asking the database. */
export interface PartitionState {
  readonly topic: string
  readonly partition: number
  /** Id of its record 0: ids of one partition are next to each other. */
  readonly firstId: number
  start: number
  next: number
  readonly tail: Tail
}

export interface SqliteTopic {
  readonly shape: TopicShape
  readonly partitions: readonly PartitionState[]
}

/** The topics of the database by name. */
export function loadTopics(database: DatabaseSync): Map<string, SqliteTopic> {
  const rows = database.prepare('SELECT place, topic, partition, start, next FROM partitions ORDER BY topic, partition').all()
  const maxTailBytes = Math.max(smallestTailBytes, tailBytes / Math.max(1, rows.length))
  const topics = new Map<string, SqliteTopic>()
  for (const row of database.prepare('SELECT * FROM topics').all()) {
    const shape: TopicShape = {
      name: String(row['name']),
      partitions: Number(row['partitions']),
      cleanup: row['cleanup'] === 'compact' ? 'compact' : 'delete',
      retentionMs: row['retention_ms'] === null ? null : Number(row['retention_ms']),
      maxRecordBytes: Number(row['max_record_bytes']),
    }
    const partitions = rows
      .filter((partition) => partition['topic'] === shape.name)
      .map((partition) => ({
        topic: shape.name,
        partition: Number(partition['partition']),
        firstId: Number(partition['place']) * offsetsPerPartition,
        start: Number(partition['start']),
        next: Number(partition['next']),
        tail: createTail(maxTailBytes),
      }))
    topics.set(shape.name, { shape, partitions })
  }
  return topics
}

/** Adds topics to the database, all or none. */
export function insertTopics(database: DatabaseSync, shapes: readonly TopicShape[]): void {
  const topic = database.prepare('INSERT INTO topics VALUES (?, ?, ?, ?, ?)')
  const partition = database.prepare('INSERT INTO partitions (topic, partition, start, next) VALUES (?, ?, 0, 0)')
  database.exec('BEGIN')
  try {
    for (const shape of shapes) {
      topic.run(shape.name, shape.partitions, shape.cleanup, shape.retentionMs, shape.maxRecordBytes)
      for (let number = 0; number < shape.partitions; number++) partition.run(shape.name, number)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
