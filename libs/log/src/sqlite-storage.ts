import type { DatabaseSync } from 'node:sqlite'
import { decodeHeaders } from './header-codec.ts'
import type { LaneName, LocalStorage } from './local-storage.ts'
import type { LanePosition, LogRecord } from './log.ts'
import { unavailable, unknownTopic } from './log-errors.ts'
import { insertTopics, loadTopics, type PartitionState } from './sqlite-partitions.ts'
import { createSqliteRetention } from './sqlite-retention.ts'
import { createSqliteWriter } from './sqlite-writer.ts'
import { createWatchers } from './watchers.ts'

export interface SqliteStorageOptions {
  readonly database: DatabaseSync
  readonly now: () => number
  readonly retentionIntervalMs: number
  readonly failed: (what: string, error: unknown) => void
}

const batchRecords = 500

/** Partitions in a SQLite file: what is durable is in the file, what is new is in memory too. */
export function createSqliteStorage({ database, now, retentionIntervalMs, failed }: SqliteStorageOptions): LocalStorage {
  let topics = loadTopics(database)
  const positions = loadPositions(database)
  const watchers = createWatchers()
  const select = database.prepare(
    'SELECT id, timestamp, key, value, headers FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?',
  )
  const stateOf = (topic: string, partition: number): PartitionState => {
    const state = topics.get(topic)?.partitions[partition]
    if (state === undefined) throw unknownTopic(topic, partition)
    return state
  }
  const reload = () => {
    for (const [name, topic] of loadTopics(database)) {
      for (const { partition, start, next } of topic.partitions) {
        const state = stateOf(name, partition)
        if (state.next !== next) state.tail.clear()
        Object.assign(state, { start, next })
      }
    }
    for (const [key, position] of loadPositions(database)) positions.set(key, position)
    for (const { partitions } of topics.values()) for (const { topic, partition } of partitions) watchers.notify(topic, partition)
  }
  const writer = createSqliteWriter({
    database,
    now,
    reload,
    partitionOf: ({ topic, partition }) => stateOf(topic, partition),
    written(grown, writes) {
      for (const { position } of writes) {
        if (position !== undefined)
          positions.set(laneKey(position.lane), { offset: position.offset, metadata: position.metadata })
      }
      for (const { topic, partition } of grown.keys()) watchers.notify(topic, partition)
    },
  })
  const retention = createSqliteRetention({
    database,
    now,
    intervalMs: retentionIntervalMs,
    topics: () => topics.values(),
    failed,
  })

  return {
    topics: () => [...topics.values()].map(({ shape }) => shape),
    shape: (topic) => topics.get(topic)?.shape,
    create(shapes) {
      try {
        insertTopics(database, shapes)
        const known = topics
        // Partitions already known keep their state: lanes and readers hold on to it.
        topics = new Map([...loadTopics(database)].map(([name, topic]) => [name, known.get(name) ?? topic]))
      } catch (error) {
        throw unavailable('create topics', error)
      }
    },
    ends: (topic) => topics.get(topic)?.partitions.map(({ partition, start, next }) => ({ partition, start, end: next })) ?? [],
    read(topic, partition, from) {
      const state = stateOf(topic, partition)
      const at = Math.max(from, state.start)
      const cached = at >= state.next ? [] : state.tail.read(at, batchRecords)
      const records =
        cached ?? select.all(state.firstId + at, state.firstId + state.next, batchRecords).map((row) => parseRow(state, row))
      // Fewer than a batch is the end: compaction may have left gaps behind the last record.
      const last = records.at(-1)
      const nextOffset = records.length < batchRecords && cached === undefined ? state.next : (last?.offset ?? at - 1) + 1
      return { records, nextOffset: Math.max(from, nextOffset) }
    },
    position: (lane) => positions.get(laneKey(lane)) ?? { offset: null, metadata: '' },
    write: writer.write,
    watch: watchers.watch,
    async close() {
      retention.stop()
      await writer.drain()
      database.close()
    },
  }
}

function parseRow(state: PartitionState, row: Record<string, unknown>): LogRecord {
  return {
    topic: state.topic,
    partition: state.partition,
    offset: Number(row['id']) - state.firstId,
    timestamp: Number(row['timestamp']),
    key: parseBlob(row['key']),
    value: parseBlob(row['value']),
    headers: decodeHeaders(parseBlob(row['headers'])),
  }
}

function parseBlob(value: unknown): Buffer | null {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : null
}

function loadPositions(database: DatabaseSync): Map<string, LanePosition> {
  const positions = new Map<string, LanePosition>()
  for (const row of database.prepare('SELECT * FROM positions').all()) {
    const lane = { group: String(row['group_name']), topic: String(row['topic']), partition: Number(row['partition']) }
    positions.set(laneKey(lane), { offset: Number(row['next']), metadata: String(row['metadata']) })
  }
  return positions
}

function laneKey({ group, topic, partition }: LaneName): string {
  return JSON.stringify([group, topic, partition])
}
