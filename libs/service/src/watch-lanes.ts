import { type Clock, delay, type LaneReport, systemClock } from '@leadline/engine'
import type { Log } from '@leadline/log'
import type { ServiceEvents } from './events.ts'
import { unlessAborted } from './try-until.ts'

export interface WatchLanesOptions {
  readonly lanes: () => readonly LaneReport[]
  readonly log: Pick<Log, 'ends'>
  readonly events: Pick<ServiceEvents, 'inFlight' | 'lag' | 'remembered' | 'waiting'>
  readonly everyMs?: number
  readonly clock?: Pick<Clock, 'now' | 'after'>
}

/**
 * Keeps the gauges of lanes up to date until disposed: what is in flight, remembered and behind, and since when the oldest record waits.
 * Disposing it waits for no answer of the log: what owns the lanes is closed after it.
 */
export function watchLanes(options: WatchLanesOptions): AsyncDisposable {
  const closing = new AbortController()
  const looking = keepLooking(options, closing.signal)
  return {
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await looking
    },
  }
}

/** Waits after each look, not for the next full interval: looks at a log that does not answer would pile up. */
async function keepLooking(options: WatchLanesOptions, signal: AbortSignal): Promise<void> {
  const { everyMs = 5_000, clock = systemClock } = options
  for (;;) {
    await delay(clock, everyMs, signal)
    if (signal.aborted) return
    // A log that cannot be reached is reported by whoever writes to it; the gauges just keep their last values.
    await look(options, signal).catch(() => undefined)
  }
}

async function look({ lanes, log, events, clock = systemClock }: WatchLanesOptions, signal: AbortSignal): Promise<void> {
  for (const [group, reports] of Map.groupBy(lanes(), (lane) => lane.group)) {
    events.inFlight(group, sumOf(reports, 'running'))
    for (const [topic, ofTopic] of Map.groupBy(reports, (lane) => lane.topic)) {
      const at = clock.now()
      const oldestAt = Math.min(at, ...ofTopic.flatMap(({ oldest }) => (oldest === null ? [] : [oldest.timestamp])))
      events.waiting({ group, topic }, at - oldestAt)
      events.remembered({ group, topic }, { entries: sumOf(ofTopic, 'stateEntries'), bytes: sumOf(ofTopic, 'stateBytes') })
      const found = await unlessAborted(log.ends(topic), signal)
      const ends = new Map(found.map(({ partition, end }) => [partition, end]))
      const lag = ofTopic.reduce((sum, lane) => sum + Math.max(0, (ends.get(lane.partition) ?? 0) - lane.base), 0)
      events.lag({ group, topic }, lag)
    }
  }
}

function sumOf(reports: readonly LaneReport[], what: 'running' | 'stateEntries' | 'stateBytes'): number {
  return reports.reduce((sum, report) => sum + report[what], 0)
}
