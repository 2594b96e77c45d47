import { LeadlineError, longestTierMs, retryTiersMs, tierFor } from '@leadline/domain'
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
 * looks so far ahead: at 16 s, three thousand leads a second. On the longest tier, where waits differ by hours, what lies
 * further behind is read when the first have left.
 */
const laneRecords = 10_000

/**
 * Sends each parked record back to where it came from once it is due. Never reads its value; leads of a tier do not wait for each other. Those that
 * wait for longer than the longest tier are written to it again each hour: they hold up what lies behind them for no longer, and retention begins anew.
 */
export function retrierProcessor({ codec, topics, now }: RetrierTools): Processor {
  const longestTier = topics.retry(longestTierMs)

  /** When the record leaves its tier: when it is due, unless it would come back here for the rest after the tier's own delay. */
  function leavesAt({ topic, timestamp }: LogRecord, dueAt: number): number {
    // On any other tier nobody waits for longer than its delay.
    if (topic !== longestTier) return dueAt
    // By when it was written, not read: however many were written together, they move on together.
    const movesAt = timestamp + longestTierMs
    return tierFor(dueAt - movesAt) === longestTierMs ? movesAt : dueAt
  }

  return {
    name: 'retrier',
    topics: retryTiersMs.map((tierMs) => topics.retry(tierMs)),
    laneRecords,
    // A record without a readable due time is due now, and refused below.
    dueAt: (record) => leavesAt(record, dueAtOf(record)),
    process: (record) => {
      const dueAt = dueAtOf(record)
      const origin = originOf(record, dueAt)
      const leftMs = dueAt - now()
      // What stays until it is due is never moved on, not even when the clock has been set back since.
      if (leavesAt(record, dueAt) < dueAt && leftMs > 0) {
        return {
          records: [{ topic: topics.retry(tierFor(leftMs)), key: record.key, value: record.value, headers: record.headers }],
        }
      }
      const {
        [headers.dueAt]: _dueAt,
        [headers.originTopic]: _topic,
        [headers.originPartition]: _partition,
        ...kept
      } = record.headers
      return { records: [{ ...origin, key: record.key, value: record.value, headers: kept }] }
    },
    poisoned: (record, error) => ({
      records: [toRecord({ type: 'dead-letter', event: rawDeadLetter(record, 'invalid', error, now()) }, { codec, topics })],
    }),
  }
}

function originOf(record: LogRecord, dueAt: number): { readonly topic: string; readonly partition: number } {
  const topic = text(record, headers.originTopic)
  const partition = Number(text(record, headers.originPartition))
  if (!topic || !Number.isSafeInteger(partition) || partition < 0 || dueAt === 0) {
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
