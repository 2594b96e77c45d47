import { createDestinations, defaultBreakerPolicy, openBoard } from '@leadline/destinations'
import {
  createSlots,
  type LaneReport,
  type Processor,
  type RunningProcessor,
  type RunOptions,
  runProcessor,
  systemClock,
} from '@leadline/engine'
import type { Codec, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { Log } from '@leadline/log'
import { type ServiceEvents, tryUntilAvailable, unlessAborted } from '@leadline/service'
import { isCapped, releaseRecords } from '@leadline/walk'
import { capsProcessor } from './caps.ts'
import { destinationLimits } from './destination-limits.ts'
import { intakeProcessor } from './intake.ts'
import { reportDecisions } from './report-decisions.ts'
import { stepProcessor } from './step.ts'
import { submissionsProcessor } from './submissions.ts'

export interface WorkerParts {
  readonly flows: Flows
  readonly log: Log
  readonly codec: Codec
  readonly topics: Topics
  readonly events: ServiceEvents
  readonly groupPrefix: string
  /** Calls in flight, over all pools of this process. */
  readonly inFlight: number
  /** null: all. */
  readonly pools: readonly string[] | null
  readonly now?: () => number
  /** Aborts when a start that waits for brokers is to give up; unless given, it waits until they answer. */
  readonly signal?: AbortSignal
}

export interface Worker extends AsyncDisposable {
  lanes(): readonly LaneReport[]
}

// Intake makes no calls: what it has in flight is decoding, not waiting.
const intakeInFlight = 5_000
const never = new AbortController().signal

/** Runs intake and the steps of the pools. Resolves when all groups are joined. */
export async function startWorker(parts: WorkerParts): Promise<Worker> {
  const { flows, log, codec, events, groupPrefix, now = Date.now } = parts
  await using opened = new AsyncDisposableStack()
  const clock = systemClock
  const destinations = createDestinations({ limits: destinationLimits(flows, parts.inFlight), clock })
  opened.defer(destinations.close)
  const topic = parts.topics.state('destinations')
  const { openMs } = defaultBreakerPolicy
  opened.use(await openBoard({ destinations, log, topic, clock, openMs, unreadable: events.noteUnreadable }))
  const tools = { ...parts, destinations, now, decided: reportDecisions(events) }
  const pools = flows.pools.filter((pool) => parts.pools === null || parts.pools.includes(pool))
  const caps = (await someAskForPlaces(parts)) ? [capsProcessor(tools)] : []
  const intake = [submissionsProcessor(tools), intakeProcessor(tools), ...caps]
  const steps = pools.map((pool) => stepProcessor({ ...tools, pool }))

  const taken = releaseRecords(codec)
  const run = (processor: Processor, own: Pick<RunOptions, 'limits' | 'slots'>): Promise<RunningProcessor> =>
    runProcessor({ processor, log, groupPrefix, observer: events, taken, ...own })
  const { inFlight } = parts
  const calls = createSlots(inFlight)
  const running = await Promise.all([
    ...intake.map((processor) => run(processor, { limits: { inFlight: intakeInFlight } })),
    ...steps.map((processor) => run(processor, { limits: { inFlight }, slots: calls })),
  ])
  opened.defer(async () => {
    await Promise.all(running.map((processor) => processor.close()))
  })
  const all = opened.move()
  return { lanes: () => running.flatMap((processor) => processor.lanes()), [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Also when no flow has caps any more: leads may still wait for one that was there before. */
async function someAskForPlaces({ flows, log, topics, events, signal = never }: WorkerParts): Promise<boolean> {
  if ([...flows.byName.values()].some(isCapped)) return true
  const ask = () => unlessAborted(log.ends(topics.caps), signal)
  const ends = await tryUntilAvailable(ask, { onFailure: events.logUnavailable, signal })
  return ends.some(({ end }) => end > 0)
}
