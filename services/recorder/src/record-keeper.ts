import type { Codec, Topics } from '@leadline/events'
import type { EventStore } from '@leadline/store'
import { type RecordToKeep, readStoredEvent } from './read-stored-event.ts'

/** Keeps records of the recorded topics as events in the event store. */
export interface RecordKeeper {
  /**
   * The event is durable when it resolves; kept again it changes nothing. Rejects with RECORD_UNDECODABLE, RECORD_INVALID,
   * STORE_UNAVAILABLE, and LOG_UNAVAILABLE when the schema registry does not answer.
   */
  keep(record: RecordToKeep): Promise<void>
}

export interface KeeperParts {
  readonly store: Pick<EventStore, 'record'>
  readonly codec: Pick<Codec, 'decode'>
  readonly topics: Topics
}

/** Keeps them on the thread of its caller. */
export function keepHere({ store, codec, topics }: KeeperParts): RecordKeeper {
  return { keep: async (record) => store.record([await readStoredEvent(record, { codec, topics })]) }
}
