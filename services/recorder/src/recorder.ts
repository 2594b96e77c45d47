import type { Processor } from '@leadline/engine'
import type { Topics } from '@leadline/events'
import { recordedTopics } from './read-stored-event.ts'
import type { RecordKeeper } from './record-keeper.ts'
import { type RecorderReports, silentReports } from './reports.ts'
import { retryUnavailable } from './retry-unavailable.ts'

export interface RecorderTools {
  readonly keeper: RecordKeeper
  readonly topics: Topics
  readonly reports?: RecorderReports
}

/** Keeps every event in the store. A record is done once the store has it durably, so a crash repeats records and loses none. */
export function recorderProcessor({ keeper, topics, reports = silentReports }: RecorderTools): Processor {
  return {
    name: 'recorder',
    topics: recordedTopics(topics),
    // The store is the same in whatever order events arrive, and one key may have hundreds a second.
    order: 'none',
    process: async (record, { signal }) => {
      await retryUnavailable(() => keeper.keep(record), { signal, failed: reports.unavailable })
      return { records: [] }
    },
    // No dead letter: dead letters come by here, and one that cannot be kept would make the next.
    poisoned: (record, error) => {
      reports.leftOut(record, error)
      return { records: [] }
    },
  }
}
