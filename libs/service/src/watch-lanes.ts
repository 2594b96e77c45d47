import type { LaneReport } from '@leadline/engine'
import type { Log } from '@leadline/log'
import type { ServiceEvents } from './events.ts'

export interface WatchLanesOptions {
  readonly lanes: () => readonly LaneReport[]
  readonly log: Pick<Log, 'ends'>
  readonly events: Pick<ServiceEvents, 'inFlight' | 'lag' | 'remembered' | 'waiting'>
  readonly everyMs?: number
  readonly now?: () => number
}

/** Keeps the gauges of lanes up to date until disposed: what is in flight, remembered and behind, and since when the oldest record waits. */
export function watchLanes(options: WatchLanesOptions): AsyncDisposable {
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    // A log that cannot be reached is reported by whoever writes to it; the gauges just keep their last values.
    looking = looking.then(() => look(options)).catch(() => undefined)
  }, options.everyMs ?? 5_000)
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

async function look({ lanes, log, events, now = Date.now }: WatchLanesOptions): Promise<void> {
  for (const [group, reports] of Map.groupBy(lanes(), (lane) => lane.group)) {
    events.inFlight(group, sumOf(reports, 'running'))
    for (const [topic, ofTopic] of Map.groupBy(reports, (lane) => lane.topic)) {
      const at = now()
      const oldestAt = Math.min(at, ...ofTopic.flatMap(({ oldest }) => (oldest === null ? [] : [oldest.timestamp])))
      events.waiting({ group, topic }, at - oldestAt)
      events.remembered({ group, topic }, { entries: sumOf(ofTopic, 'stateEntries'), bytes: sumOf(ofTopic, 'stateBytes') })
      const ends = new Map((await log.ends(topic)).map(({ partition, end }) => [partition, end]))
      const lag = ofTopic.reduce((sum, lane) => sum + Math.max(0, (ends.get(lane.partition) ?? 0) - lane.base), 0)
      events.lag({ group, topic }, lag)
    }
  }
}

function sumOf(reports: readonly LaneReport[], what: 'running' | 'stateEntries' | 'stateBytes'): number {
  return reports.reduce((sum, report) => sum + report[what], 0)
}
