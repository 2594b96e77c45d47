import type { Log, LogRecord, OutgoingRecord } from '@leadline/log'
import type { Completion, ProcessContext, Processor } from './processor.ts'

/** Topics and a processor for the engine's own tests: each input emits one record to `out` that names it. */
export const scenarioTopics = [
  { name: 'in', partitions: 3, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 },
  { name: 'out', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 },
  { name: 'dead', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 },
  { name: 'state', partitions: 3, cleanup: 'compact', retentionMs: null, maxRecordBytes: 1_000_000 },
] as const

export type Work = (record: LogRecord, context: ProcessContext) => Promise<Completion | undefined> | Completion | undefined

export function scenarioProcessor(work: Work, extra: Partial<Processor> = {}): Processor {
  return {
    name: 'scenario',
    topics: ['in'],
    process: async (record, context) => (await work(record, context)) ?? { records: [out(record)] },
    poisoned: (record, error) => ({ records: [{ ...out(record), topic: 'dead', headers: { code: error.code } }] }),
    ...extra,
  }
}

export function out(record: LogRecord): OutgoingRecord {
  return { topic: 'out', key: record.key, value: record.value, headers: {} }
}

export function input(key: string, value: string, partition?: number): OutgoingRecord {
  return {
    topic: 'in',
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: {},
    ...(partition === undefined ? {} : { partition }),
  }
}

/** The values of a topic, partition after partition. */
export async function valuesOf(log: Log, topic: string): Promise<string[]> {
  const values: string[] = []
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      values.push(...batch.map((record) => String(record.value)))
    }
  }
  return values
}

/** Polls until `holds`, fails after `deadlineMs`. */
export async function eventually(holds: () => boolean | Promise<boolean>, deadlineMs = 5_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
