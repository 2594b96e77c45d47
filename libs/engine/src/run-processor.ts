import { toLeadlineError } from '@leadline/domain'
import type { LanePosition, Log, LogLane, OutgoingRecord } from '@leadline/log'
import type { Clock } from './clock.ts'
import { type Lane, openLane } from './lane.ts'
import { defaultLimits, type EngineLimits } from './limits.ts'
import { type EngineObserver, type LaneReport, silentObserver } from './observer.ts'
import type { Processor } from './processor.ts'
import { createSlots, type Slots } from './slots.ts'
import { delay, systemClock } from './system-clock.ts'

export interface RunOptions {
  readonly processor: Processor
  readonly log: Log
  /** Prefix of the consumer group, so that installations can share a cluster. */
  readonly groupPrefix?: string
  readonly clock?: Clock
  readonly limits?: Partial<EngineLimits>
  /** What other processors take from too; its own, `limits.inFlight` of them, unless given. */
  readonly slots?: Slots
  readonly observer?: EngineObserver
  /** Told of records that are committed: whoever made them may write over their values. */
  readonly taken?: (records: readonly OutgoingRecord[]) => void
}

export interface RunningProcessor extends AsyncDisposable {
  /** Drains and commits every lane, then leaves the group. Idempotent. */
  close(): Promise<void>
  lanes(): readonly LaneReport[]
}

/** A lane that the group gave us. */
interface Held {
  /** undefined while it is being opened. */
  lane: Lane | undefined
  /** Resolves when opening it again, because somebody else had committed on it, has ended. */
  opening: Promise<void>
  readonly lost: AbortController
}

const firstWaitMs = 100
const longestWaitMs = 5_000

/** Runs a processor on the lanes that its group assigns to this process. Resolves when it has joined. */
export async function runProcessor(options: RunOptions): Promise<RunningProcessor> {
  const { processor, log, clock = systemClock, observer = silentObserver, taken = () => {} } = options
  const limits = { ...defaultLimits, ...ownLimits(processor), ...options.limits }
  const { slots = createSlots(limits.inFlight) } = options
  const held = new Map<LogLane, Held>()
  let closed = false

  /** A log that is away for a moment must not cost the lane until the next rebalance. */
  async function openPatiently(logLane: LogLane, position: LanePosition, lost: AbortSignal): Promise<Lane> {
    const overtaken = (by: LanePosition): void => openAgain(logLane, by)
    const tools = { processor, log, clock, limits, slots, observer, taken, overtaken }
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        return await openLane(logLane, position, tools)
      } catch (thrown) {
        if (!toLeadlineError(thrown).retryable || lost.aborted) throw thrown
      }
      await delay(clock, waitMs * (0.5 + clock.random()), lost)
    }
  }

  async function open(logLane: LogLane, position: LanePosition, its: Held): Promise<void> {
    try {
      its.lane = await openPatiently(logLane, position, its.lost.signal)
      observer.laneAssigned(logLane)
    } catch (error) {
      // A lane that is being given back anyway needs nobody's help.
      if (!its.lost.signal.aborted) observer.laneStopped(logLane, toLeadlineError(error))
      throw error
    }
  }

  function openAgain(logLane: LogLane, position: LanePosition): void {
    const its = held.get(logLane)
    if (its === undefined || its.lost.signal.aborted) return
    its.lane = undefined
    its.opening = open(logLane, position, its).catch(() => undefined)
  }

  const membership = await log.join(`${options.groupPrefix ?? 'leadline.'}${processor.name}`, processor.topics, {
    assigned: async (logLane) => {
      const its: Held = { lane: undefined, opening: Promise.resolve(), lost: new AbortController() }
      if (closed) its.lost.abort()
      held.set(logLane, its)
      await open(logLane, logLane.position, its)
    },
    released: async (logLane, how) => {
      const its = held.get(logLane)
      held.delete(logLane)
      its?.lost.abort()
      await its?.opening
      await its?.lane?.stop(how)
      observer.laneReleased(logLane, how)
    },
  })

  const close = async (): Promise<void> => {
    closed = true
    for (const { lost } of held.values()) lost.abort()
    await membership.close()
    await Promise.all([...held.values()].map(({ lane }) => lane?.stop('lost')))
    held.clear()
  }
  const lanes = (): LaneReport[] => [...held.values()].flatMap(({ lane }) => lane?.report() ?? [])
  return { close, lanes, [Symbol.asyncDispose]: close }
}

function ownLimits({ laneRecords }: Processor): Partial<EngineLimits> {
  return laneRecords === undefined ? {} : { laneRecords }
}
