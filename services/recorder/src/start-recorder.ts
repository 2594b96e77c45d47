import { type LaneReport, runProcessor } from '@leadline/engine'
import type { Codec, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { Log } from '@leadline/log'
import type { Logger, ServiceEvents } from '@leadline/service'
import type { EventStore } from '@leadline/store'
import type { RecordKeeper } from './record-keeper.ts'
import { recorderProcessor } from './recorder.ts'
import { replayerProcessor } from './replayer.ts'
import { loggedReports } from './reports.ts'

export interface RecorderParts {
  readonly keeper: RecordKeeper
  readonly store: EventStore
  readonly flows: Flows
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly events: ServiceEvents
  readonly logger: Logger
  readonly groupPrefix: string
}

export interface Recorder extends AsyncDisposable {
  lanes(): readonly LaneReport[]
}

/**
 * What is recorded lies in the store before it is committed to the log, and recording it again changes nothing: after a crash the events of
 * a second are read again, and a quiet installation has no transaction for each single event.
 */
const recordedAgainMs = 1_000

/** A record in flight only waits for the commit that it shares: the more there are, the fewer commits. */
const inFlight = 4_096

/** Keeps the event store and runs replays. Resolves when both groups are joined. */
export async function startRecorder(parts: RecorderParts): Promise<Recorder> {
  const { keeper, store, flows, log, codec, topics, groupPrefix, events: observer } = parts
  const reports = loggedReports(parts.logger)
  const replayer = replayerProcessor({ store, log, codec, topics, flows, now: Date.now, reports })
  const recorder = recorderProcessor({ keeper, topics, reports })
  const running = await Promise.all([
    runProcessor({ processor: recorder, log, groupPrefix, observer, limits: { flushIntervalMs: recordedAgainMs, inFlight } }),
    runProcessor({ processor: replayer, log, groupPrefix, observer }),
  ])
  return {
    lanes: () => running.flatMap((processor) => processor.lanes()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map((processor) => processor.close()))
    },
  }
}
