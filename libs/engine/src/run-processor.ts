import { toLeadlineError } from '@leadline/domain'
import type { Log, LogLane } from '@leadline/log'
import type { Clock } from './clock.ts'
import { type Lane, openLane } from './lane.ts'
import { defaultLimits, type EngineLimits } from './limits.ts'
import { type EngineObserver, type LaneReport, silentObserver } from './observer.ts'
import type { Processor } from './processor.ts'
import { createSlots } from './slots.ts'
import { delay, systemClock } from './system-clock.ts'

export interface RunOptions {
  readonly processor: Processor
  readonly log: Log
  /** Prefix of the consumer group, so that installations can share a cluster. */
  readonly groupPrefix?: string
  readonly clock?: Clock
  readonly limits?: Partial<EngineLimits>
  readonly observer?: EngineObserver
}

export interface RunningProcessor extends AsyncDisposable {
  /** Drains and commits every lane, then leaves the group. Idempotent. */
  close(): Promise<void>
  lanes(): readonly LaneReport[]
}

const firstWaitMs = 100
const longestWaitMs = 5_000

/** Runs a processor on the lanes that its group assigns to this process. Resolves when it has joined. */
export async function runProcessor(options: RunOptions): Promise<RunningProcessor> {
  const { processor, log, clock = systemClock, observer = silentObserver } = options
  const limits = { ...defaultLimits, ...options.limits }
  const slots = createSlots(limits.inFlight)
  const lanes = new Map<LogLane, Lane>()
  const closing = new AbortController()

  /** A log that is away for a moment must not cost the lane until the next rebalance. */
  async function openPatiently(logLane: LogLane): Promise<Lane> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        return await openLane(logLane, { processor, log, clock, limits, slots, observer })
      } catch (thrown) {
        if (!toLeadlineError(thrown).retryable || closing.signal.aborted) throw thrown
      }
      await delay(clock, waitMs * (0.5 + clock.random()), closing.signal)
    }
  }

  const membership = await log.join(`${options.groupPrefix ?? 'leadline.'}${processor.name}`, processor.topics, {
    assigned: async (logLane) => {
      try {
        lanes.set(logLane, await openPatiently(logLane))
        observer.laneAssigned(logLane)
      } catch (error) {
        observer.laneStopped(logLane, toLeadlineError(error))
        throw error
      }
    },
    released: async (logLane, how) => {
      const lane = lanes.get(logLane)
      lanes.delete(logLane)
      await lane?.stop(how)
      observer.laneReleased(logLane, how)
    },
  })

  const close = async (): Promise<void> => {
    closing.abort()
    await membership.close()
    await Promise.all([...lanes.values()].map((lane) => lane.stop('lost')))
    lanes.clear()
  }
  return { close, lanes: () => [...lanes.values()].map((lane) => lane.report()), [Symbol.asyncDispose]: close }
}
