import type { LeadlineError, OutcomeType } from '@leadline/domain'
import type { DeadLetterReason } from '@leadline/events'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

export interface StepName {
  readonly flow: string
  readonly step: string
}

export interface LaneName {
  readonly group: string
  readonly topic: string
  readonly partition: number
}

export type ServiceEvents = ReturnType<typeof createEvents>

/** One function for each thing worth telling: it counts, and logs what a person must see. The lead id appears in log lines only. */
export function createEvents({ metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger }) {
  return { ...leadEvents(metrics, logger), ...laneEvents(metrics, logger), ...logEvents(logger) }
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

function laneEvents(metrics: Metrics, logger: Logger) {
  const labels = ({ group, topic }: LaneName) => ({ group, topic })
  return {
    laneAssigned: (lane: LaneName) => {
      metrics.lanes.inc(labels(lane))
      logger.info({ lane }, 'lane assigned')
    },
    laneLost: (lane: LaneName, how: 'closing' | 'lost') => {
      metrics.lanes.dec(labels(lane))
      logger.info({ lane, how }, 'lane released')
    },
    laneStopped: (lane: LaneName, error: LeadlineError) =>
      logger.error({ lane, code: error.code, reason: error.message }, 'lane stopped: it needs an operator'),
    flushed: (lane: LaneName, records: number, durationMs: number) => {
      metrics.flushSeconds.observe(labels(lane), durationMs / 1_000)
      metrics.flushedRecords.inc(labels(lane), records)
    },
    inFlight: (processor: string, count: number) => metrics.inFlight.set({ processor }, count),
    lag: (lane: Omit<LaneName, 'partition'>, records: number) =>
      metrics.lag.set({ group: lane.group, topic: lane.topic }, records),
    commitUnknown: (lane: LaneName) => {
      metrics.commitsUnknown.inc(labels(lane))
      logger.warn({ lane }, 'commit without an answer: looking up what the log holds')
    },
    fenced: (lane: LaneName) => {
      metrics.fenced.inc(labels(lane))
      logger.warn({ lane }, 'lane fenced: another process owns it')
    },
    orphaned: (lane: LaneName, calls: number) => {
      metrics.orphaned.inc(labels(lane), calls)
      logger.warn({ lane, calls }, 'calls orphaned: their leads will be called again')
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
