import { LeadlineError } from '@leadline/domain'
import type { Codec, Topics } from '@leadline/events'
import type { LogRecord } from '@leadline/log'
import type { StoredEvent } from '@leadline/store'

/** What of a record becomes an event. */
export type RecordToKeep = Pick<LogRecord, 'topic' | 'partition' | 'offset' | 'value'>

/** Topics that the event store is a projection of. */
export function recordedTopics({ received, activity, completed, deadLetters, replays }: Topics): readonly string[] {
  return [received, activity, completed, deadLetters, replays]
}

/** The event of a record on one of those topics. Rejects with RECORD_UNDECODABLE. */
export async function readStoredEvent(
  record: RecordToKeep,
  { codec, topics }: { readonly codec: Pick<Codec, 'decode'>; readonly topics: Topics },
): Promise<StoredEvent> {
  const { topic, partition, offset, value } = record
  const coordinates = { topic, partition, offset }
  const bytes = value ?? Buffer.alloc(0)
  switch (topic) {
    case topics.received:
      return { coordinates, type: 'received', event: await codec.decode('lead-received', bytes) }
    case topics.activity:
      return { coordinates, type: 'activity', event: await codec.decode('activity', bytes) }
    case topics.completed:
      return { coordinates, type: 'completed', event: await codec.decode('lead-completed', bytes) }
    case topics.deadLetters:
      return { coordinates, type: 'dead-letter', event: await codec.decode('dead-letter', bytes) }
    case topics.replays:
      return { coordinates, type: 'replay', event: await codec.decode('replay-order', bytes) }
    default:
      throw new LeadlineError('RECORD_UNDECODABLE', `${topic} is no topic of the event store`)
  }
}
