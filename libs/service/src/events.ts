import type { LeadlineError, OutcomeType } from '@leadline/domain'
import type { FlushReport, LaneName } from '@leadline/engine'
import type { DeadLetterReason } from '@leadline/events'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

export interface StepName {
  readonly flow: string
  readonly step: string
}

export type ServiceEvents = ReturnType<typeof createEvents>

/** One function for each thing worth telling: it counts, and logs what a person must see. The lead id appears in log lines only. */
export function createEvents({ metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger }) {
  return {
    ...leadEvents(metrics, logger),
    ...laneEvents(metrics, logger),
    ...logEvents(logger),
    ...workerEvents(metrics, logger),
    noteUnreadable: (key: string) =>
      logger.warn({ key }, 'note of another worker about a destination is unreadable: passed over'),
  }
}

function leadEvents(metrics: Metrics, logger: Logger) {
  return {
    accepted: (flow: string, source: string, leadId: string) => {
      metrics.accepted.inc({ flow, source })
      logger.debug({ flow, source, leadId }, 'lead accepted')
    },
    refused: (error: LeadlineError) => metrics.refused.inc({ code: error.code }),
    pending: (leads: number, bytes: number) => {
      metrics.pendingLeads.set(leads)
      metrics.pendingBytes.set(bytes)
    },
    attempted: (name: StepName, result: OutcomeType, durationMs: number) => {
      metrics.attempts.inc({ flow: name.flow, step: name.step, result })
      metrics.callSeconds.observe({ flow: name.flow, step: name.step }, durationMs / 1_000)
    },
    stepConcluded: (name: StepName, outcome: OutcomeType | 'skip') =>
      metrics.outcomes.inc({ flow: name.flow, step: name.step, outcome }),
    retryScheduled: (name: StepName, tierMs: number) =>
      metrics.retries.inc({ flow: name.flow, step: name.step, tier: `${tierMs / 1_000}s` }),
    completed: (flow: string, outcome: OutcomeType) => metrics.completed.inc({ flow, outcome }),
    deadLettered: (reason: DeadLetterReason, where: Readonly<Record<string, unknown>>) => {
      metrics.deadLetters.inc({ reason })
      logger.warn({ reason, ...where }, 'record went to dead letters')
    },
  }
}

/** Fits the engine's observer: `runProcessor({ observer: events, … })`. */
function laneEvents(metrics: Metrics, logger: Logger) {
  const labels = ({ group, topic }: LaneName) => ({ group, topic })
  return {
    laneAssigned: (lane: LaneName) => {
      metrics.lanes.inc(labels(lane))
      logger.info({ lane }, 'lane assigned')
    },
    laneReleased: (lane: LaneName, how: 'closing' | 'lost') => {
      metrics.lanes.dec(labels(lane))
      logger.info({ lane, how }, 'lane released')
    },
    laneStopped: (lane: LaneName, error: LeadlineError) =>
      logger.error({ lane, code: error.code, reason: error.message }, 'lane stopped: it needs an operator'),
    flushed: (lane: LaneName, { records, durationMs }: FlushReport) => {
      metrics.flushSeconds.observe(labels(lane), durationMs / 1_000)
      metrics.flushedRecords.inc(labels(lane), records)
    },
    commitUnknown: (lane: LaneName, resolved: 'committed' | 'repeated') => {
      metrics.commitsUnknown.inc({ ...labels(lane), resolved })
      logger.warn({ lane, resolved }, 'commit without an answer: looked up what the log holds')
    },
    fenced: (lane: LaneName) => {
      metrics.fenced.inc(labels(lane))
      logger.warn({ lane }, 'lane fenced: another process owns it')
    },
    orphaned: (lane: LaneName, calls: number) => {
      metrics.orphaned.inc(labels(lane), calls)
      logger.warn({ lane, calls }, 'calls orphaned: their leads will be called again')
    },
    poisoned: (lane: LaneName, error: LeadlineError) =>
      logger.error({ lane, code: error.code, reason: error.message }, 'record poisoned: it goes to dead letters'),
    inFlight: (processor: string, count: number) => metrics.inFlight.set({ processor }, count),
    lag: (lane: Pick<LaneName, 'group' | 'topic'>, records: number) =>
      metrics.lag.set({ group: lane.group, topic: lane.topic }, records),
    waiting: (lane: Pick<LaneName, 'group' | 'topic'>, ageMs: number) =>
      metrics.baseAge.set({ group: lane.group, topic: lane.topic }, ageMs / 1_000),
    remembered: (lane: Pick<LaneName, 'group' | 'topic'>, { entries, bytes }: { entries: number; bytes: number }) => {
      metrics.stateEntries.set({ group: lane.group, topic: lane.topic }, entries)
      metrics.stateBytes.set({ group: lane.group, topic: lane.topic }, bytes)
    },
  }
}

function logEvents(logger: Logger) {
  return {
    logUnavailable: (error: LeadlineError, retryInMs: number) =>
      logger.warn({ code: error.code, reason: error.message, retryInMs }, 'log unavailable: trying again'),
    logAvailable: () => logger.info('log available'),
  }
}

/** For the process that keeps several workers running. */
function workerEvents(metrics: Metrics, logger: Logger) {
  return {
    workerStarted: (worker: number, pid: number | undefined) => logger.info({ worker, workerPid: pid }, 'worker started'),
    workerEnded: (worker: number, exitCode: number, retryInMs: number) => {
      metrics.workersEnded.inc({ worker: String(worker) })
      logger.warn({ worker, exitCode, retryInMs }, 'worker ended: starting it again')
    },
  }
}
