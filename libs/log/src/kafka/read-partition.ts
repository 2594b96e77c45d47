import { LeadlineError } from '@leadline/domain'
import type { LogRecord, ReadRange } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import type { LogListener } from '../log-listener.ts'
import { createBackoff, untilAborted } from './backoff.ts'
import { errorText } from './kafka-errors.ts'
import type { Fetched, PartitionReader } from './partition-reader.ts'

export interface ReadOptions {
  readonly reader: PartitionReader
  readonly range: ReadRange
  readonly stop: AbortSignal
  readonly listener: LogListener
}

const followWaitMs = 1_000
const rangeWaitMs = 100
const patience = 8
const emptyAnswers = 3

/**
 * Reads a range, or follows: then trouble with the brokers is waited out. A range gives up with LOG_UNAVAILABLE
 * after some tries.
 */
export async function* readPartition({ reader, range, stop, listener }: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
  const following = range.to === undefined
  const backoff = createBackoff(100, 5_000)
  let to = range.to ?? Number.POSITIVE_INFINITY
  let next = range.from
  let failures = 0
  let empty = 0
  try {
    while (next < to && !stop.aborted) {
      const fetched = await untilAborted(fetchOnce(reader, next, following ? followWaitMs : rangeWaitMs), stop)
      if (fetched === undefined || stop.aborted) return
      if ('error' in fetched) {
        failures += 1
        if (fetched.error instanceof LeadlineError && !(following && fetched.error.retryable)) throw fetched.error
        if (!following && failures >= patience) throw unavailable(`read ${range.topic}/${range.partition}`, fetched.error)
        await backoff.wait(stop, (delayMs) =>
          listener('warn', `reading ${range.topic}/${range.partition} again in ${delayMs} ms: ${errorText(fetched.error)}`, {}),
        )
        continue
      }
      failures = 0
      backoff.reset()
      if (fetched.committedEnd === undefined) continue
      if (!following) to = Math.min(to, fetched.committedEnd)
      const records = fetched.records.filter(({ offset }) => offset < to)
      if (records.length > 0) yield records
      // Nothing, again and again, though more is committed: what is left was compacted away.
      empty = fetched.nextOffset === next ? empty + 1 : 0
      if (!following && empty === emptyAnswers) return
      next = fetched.nextOffset
    }
  } finally {
    reader.close()
  }
}

async function fetchOnce(reader: PartitionReader, from: number, maxWaitMs: number): Promise<Fetched | { error: unknown }> {
  try {
    return await reader.fetch(from, maxWaitMs)
  } catch (error) {
    return { error }
  }
}
