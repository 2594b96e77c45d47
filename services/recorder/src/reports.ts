import type { LeadlineError } from '@leadline/domain'
import type { LogRecord } from '@leadline/log'
import type { Candidate } from '@leadline/replay'
import type { Logger } from '@leadline/service'

/** What the recorder and the replayer tell people. */
export interface RecorderReports {
  /** A record that cannot be kept and is left out of the store: it stays in its topic. */
  leftOut(record: LogRecord, error: LeadlineError): void
  /** A record that a replay cannot read. */
  unreadable(record: LogRecord, error: LeadlineError): void
  /** A lead that a replay cannot start. */
  passedOver(candidate: Candidate, error: LeadlineError): void
  /** The store or the log is away; the same work is tried again. Told every few seconds at most. */
  unavailable(error: LeadlineError, retryInMs: number): void
}

export const silentReports: RecorderReports = {
  leftOut: () => undefined,
  unreadable: () => undefined,
  passedOver: () => undefined,
  unavailable: () => undefined,
}

/** While store or log are away every record in flight fails again and again, for one reason. */
const tellEveryMs = 5_000

export function loggedReports(logger: Logger, now: () => number = Date.now): RecorderReports {
  // By code: the replayer's reason must not be lost behind the recorder's.
  const toldAt = new Map<string, number>()
  const ofRecord =
    (note: string) =>
    ({ topic, partition, offset }: LogRecord, error: LeadlineError): void =>
      logger.warn({ topic, partition, offset, ...reasonOf(error) }, note)
  return {
    leftOut: ofRecord('record left out of the event store'),
    unreadable: ofRecord('record left out of a replay'),
    passedOver: ({ cursor }, error) => logger.warn({ cursor, ...reasonOf(error) }, 'lead left out of a replay'),
    unavailable: (error, retryInMs) => {
      if (now() - (toldAt.get(error.code) ?? Number.NEGATIVE_INFINITY) < tellEveryMs) return
      toldAt.set(error.code, now())
      logger.warn({ ...reasonOf(error), retryInMs }, 'store or log unavailable: trying again')
    },
  }
}

function reasonOf(error: LeadlineError) {
  return { code: error.code, reason: error.message }
}
