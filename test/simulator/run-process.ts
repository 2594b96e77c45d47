import { createDestinations, type Destinations } from '@leadline/destinations'
import {
  type EngineLimits,
  type EngineObserver,
  type Processor,
  type RunningProcessor,
  runProcessor,
  silentObserver,
} from '@leadline/engine'
import type { Codec, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { LogLimits } from '@leadline/log'
import { retrierProcessor } from '@leadline/retrier'
import { releaseRecords } from '@leadline/walk'
import { destinationLimits, intakeProcessor, stepProcessor, submissionsProcessor } from '@leadline/worker'
import type { Cluster } from './broker/cluster.ts'
import { openModelledLog } from './driver/log.ts'
import type { Host } from './kernel/host.ts'
import type { Ownership } from './oracle/ownership.ts'
import type { Report } from './oracle/violation.ts'
import type { CommitWatch } from './oracle/watch-commits.ts'
import { type Origins, watchProcessor } from './oracle/watch-processor.ts'

export interface ProcessOptions {
  readonly host: Host
  readonly cluster: Cluster
  readonly transactions: 'lanes' | 'group'
  readonly flows: Flows
  readonly codec: Codec
  readonly topics: Topics
  readonly logLimits: LogLimits
  readonly limits: Partial<EngineLimits>
  readonly origins: Origins
  readonly ownership: Ownership
  readonly openBefore: CommitWatch['openBefore']
  /** Nothing but the process itself can be the reason when something finished is dropped. */
  readonly calm: boolean
  readonly report: Report
  readonly count: (fault: string) => void
  readonly problem: (what: string, error: unknown) => void
}

/** One simulated process: a worker and a retrier, as they are, on the modelled log. */
export interface SimulatedProcess {
  readonly host: Host
  /** Ends as on SIGTERM. Resolves when all is given back. */
  close(): Promise<void>
  lanes(): ReturnType<RunningProcessor['lanes']>
}

export const groupPrefix = 's.'

export interface ProcessorTools extends Pick<ProcessOptions, 'flows' | 'codec' | 'topics'> {
  readonly destinations: Destinations
  readonly now: () => number
}

/** The processors of a worker and of a retrier. */
export function processorsOf(given: ProcessorTools): Processor[] {
  const tools = { ...given, decided: () => {} }
  return [
    submissionsProcessor(tools),
    intakeProcessor(tools),
    stepProcessor({ ...tools, pool: 'default' }),
    retrierProcessor(tools),
  ]
}

export function startProcess(options: ProcessOptions): SimulatedProcess {
  const { host, cluster, limits, origins, ownership, report, count } = options
  const log = openModelledLog({ host, cluster, transactions: options.transactions }, options.logLimits)
  const running: RunningProcessor[] = []
  const observer: EngineObserver = {
    ...silentObserver,
    laneStopped: ({ topic, partition }, error) =>
      stopped(`${host.name} ${topic}/${partition}: ${error.code} ${error.message}`, error.code),
    commitUnknown: (_, resolved) => count(`unknown commit: ${resolved}`),
    fenced: (lane) => {
      count('lane fenced')
      ownership.lost(lane, host.name)
    },
    laneReleased: (lane, how) => {
      const dropped = ownership.unsettled(lane, host.name)
      if (options.calm && how === 'closing' && dropped.length > 0)
        report('finished and dropped', `${host.name} ${lane.group} ${lane.topic}/${lane.partition}: ${dropped.join()}`)
      ownership.lost(lane, host.name)
    },
    orphaned: () => count('result dropped'),
    poisoned: () => count('record poisoned'),
  }

  function stopped(what: string, code: string): void {
    // Whoever is being closed gives up opening a lane while the log is away.
    if (closed === undefined || code !== 'LOG_UNAVAILABLE') report('lane stopped', what)
  }

  let closed: Promise<void> | undefined
  const inFlight = limits.inFlight ?? 512
  const destinations = createDestinations({ limits: destinationLimits(options.flows, inFlight), clock: host.clock })
  const taken = releaseRecords(options.codec)
  const started = processorsOf({ ...options, destinations, now: host.clock.now }).map(async (processor) => {
    const watched = watchProcessor({
      processor,
      origins,
      inFlight,
      group: groupPrefix + processor.name,
      by: host.name,
      ownership,
      openBefore: options.openBefore,
      latestMs: () => host.latestMs,
      report,
    })
    running.push(await runProcessor({ processor: watched, log, groupPrefix, clock: host.clock, limits, observer, taken }))
  })

  async function close(): Promise<void> {
    await Promise.all(started)
    await Promise.all(running.map((processor) => processor.close()))
    destinations.close()
    await log[Symbol.asyncDispose]()
  }

  return {
    host,
    close: () => {
      closed ??= close()
      return closed
    },
    lanes: () => running.flatMap((processor) => processor.lanes()),
  }
}
