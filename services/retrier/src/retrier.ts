import { LeadlineError, retryTiersMs } from '@leadline/domain'
import type { Processor } from '@leadline/engine'
import { type Codec, headers, type Topics } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import { rawDeadLetter, toRecord } from '@leadline/walk'

export interface RetrierTools {
  readonly codec: Pick<Codec, 'encode'>
  readonly topics: Topics
  readonly now: () => number
}

/**
 * A tier's leads are not due in the order in which they lie there: its delay is spread by a fifth. Whoever is due must have been read, so a lane
 * looks so far ahead: at 16 s, three thousand leads a second.
 */
const laneRecords = 10_000

/** Sends each parked record back to where it came from once it is due. Never reads its value; leads of a tier do not wait for each other. */
export function retrierProcessor({ codec, topics, now }: RetrierTools): Processor {
  return {
    name: 'retrier',
    topics: retryTiersMs.map((tierMs) => topics.retry(tierMs)),
    laneRecords,
    // A record without a readable due time is due now, and refused below.
    dueAt: dueAtOf,
    process: (record) => {
      const {
        [headers.dueAt]: _dueAt,
        [headers.originTopic]: _topic,
        [headers.originPartition]: _partition,
        ...kept
      } = record.headers
      return { records: [{ ...originOf(record), key: record.key, value: record.value, headers: kept }] }
    },
    poisoned: (record, error) => ({
      records: [toRecord({ type: 'dead-letter', event: rawDeadLetter(record, 'invalid', error, now()) }, { codec, topics })],
    }),
  }
}

function originOf(record: LogRecord): { readonly topic: string; readonly partition: number } {
  const topic = text(record, headers.originTopic)
  const partition = Number(text(record, headers.originPartition))
  if (!topic || !Number.isSafeInteger(partition) || partition < 0 || dueAtOf(record) === 0) {
    throw new LeadlineError(
      'RECORD_INVALID',
      `a parked record needs the headers ${headers.originTopic}, ${headers.originPartition} and ${headers.dueAt}`,
    )
  }
  return { topic, partition }
}

/** 0 when it cannot be read. */
function dueAtOf(record: LogRecord): number {
  const dueAt = Number(text(record, headers.dueAt))
  return Number.isFinite(dueAt) ? dueAt : 0
}

function text(record: LogRecord, name: string): string | undefined {
  return record.headers[name]?.toString('utf8')
}
