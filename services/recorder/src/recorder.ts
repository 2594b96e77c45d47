import type { Processor } from '@leadline/engine'
import type { Codec, Topics } from '@leadline/events'
import type { EventStore } from '@leadline/store'
import { readStoredEvent, recordedTopics } from './read-stored-event.ts'
import { type RecorderReports, silentReports } from './reports.ts'
import { retryUnavailable } from './retry-unavailable.ts'

export interface RecorderTools {
  readonly store: EventStore
  readonly codec: Pick<Codec, 'decode'>
  readonly topics: Topics
  readonly reports?: RecorderReports
}

/** Keeps every event in the store. A record is done once the store has it durably, so a crash repeats records and loses none. */
export function recorderProcessor({ store, codec, topics, reports = silentReports }: RecorderTools): Processor {
  return {
    name: 'recorder',
    topics: recordedTopics(topics),
    process: async (record, { signal }) => {
      const stored = await readStoredEvent(record, { codec, topics })
      await retryUnavailable(() => store.record([stored]), { signal, failed: reports.unavailable })
      return { records: [] }
    },
    // No dead letter: dead letters come by here, and one that cannot be kept would make the next.
    poisoned: (record, error) => {
      reports.leftOut(record, error)
      return { records: [] }
    },
  }
}
