import type { LaneReport } from '@leadline/engine'
import type { Log } from '@leadline/log'
import type { ServiceEvents } from './events.ts'

export interface WatchLanesOptions {
  readonly lanes: () => readonly LaneReport[]
  readonly log: Pick<Log, 'ends'>
  readonly events: Pick<ServiceEvents, 'inFlight' | 'lag'>
  readonly everyMs?: number
}

/** Keeps the gauges of in-flight records and of lag up to date until disposed. */
export function watchLanes({ lanes, log, events, everyMs = 5_000 }: WatchLanesOptions): AsyncDisposable {
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    // A log that cannot be reached is reported by whoever writes to it; the gauges just keep their last values.
    looking = looking.then(() => look(lanes(), log, events)).catch(() => undefined)
  }, everyMs)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

async function look(lanes: readonly LaneReport[], log: Pick<Log, 'ends'>, events: WatchLanesOptions['events']): Promise<void> {
  for (const [group, reports] of Map.groupBy(lanes, (lane) => lane.group)) {
    events.inFlight(
      group,
      reports.reduce((sum, lane) => sum + lane.running, 0),
    )
    for (const [topic, ofTopic] of Map.groupBy(reports, (lane) => lane.topic)) {
      const ends = new Map((await log.ends(topic)).map(({ partition, end }) => [partition, end]))
      const lag = ofTopic.reduce((sum, lane) => sum + Math.max(0, (ends.get(lane.partition) ?? 0) - lane.base), 0)
      events.lag({ group, topic }, lag)
    }
  }
}
