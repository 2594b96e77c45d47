import { LeadlineError, toLeadlineError } from '@leadline/domain'
import { type Clock, systemClock } from '@leadline/engine'
import type { Log } from '@leadline/log'
import type { Health } from './health.ts'
import { createLogReadiness } from './log-readiness.ts'
import { unlessAborted } from './try-until.ts'

export interface WatchLogOptions {
  readonly health: Health
  /** Any topic that exists: asking for its ends tells whether the log answers. */
  readonly topic: string
  readonly onFailure: (error: LeadlineError, retryInMs: number) => void
  readonly onRecovery: () => void
  /** Aborts when the process is told to end: whoever still waits to join a group gives up. */
  readonly ending: AbortSignal
  /** Before the second question to a log that does not answer. */
  readonly baseDelayMs?: number
  readonly clock?: Pick<Clock, 'after'>
}

/** The same log, with readiness following its appends. */
export function watchLog(log: Log, options: WatchLogOptions): Log {
  const { health, topic, onFailure, onRecovery, ending, clock = systemClock, baseDelayMs = 500 } = options
  const readiness = createLogReadiness({ health, ask, onFailure, onRecovery, clock, baseDelayMs })

  /** A start ends with a refusal; a running process waits until an operator has mended what was right before. */
  async function ask(): Promise<unknown> {
    try {
      return await log.ends(topic)
    } catch (thrown) {
      const error = toLeadlineError(thrown)
      throw error.code === 'LOG_REFUSED' ? new LeadlineError('LOG_UNAVAILABLE', error.message, { cause: error }) : error
    }
  }

  return {
    limits: log.limits,
    // A join waits for the brokers; closing the log ends what goes on of it.
    join: (group, topics, owner) => unlessAborted(log.join(group, topics, owner), ending),
    read: (range, signal) => log.read(range, signal),
    ends: (name) => log.ends(name),
    settled: (name, partition) => log.settled(name, partition),
    ensureTopics: (specs) => log.ensureTopics(specs),
    append: async (records) => {
      try {
        await log.append(records)
      } catch (thrown) {
        const error = toLeadlineError(thrown)
        const isAboutLog = error.code === 'LOG_UNAVAILABLE' || error.code === 'LOG_REFUSED'
        if (isAboutLog) readiness.appendFailed(error, records)
        throw thrown
      }
      readiness.appended(records)
    },
    [Symbol.asyncDispose]: async () => {
      readiness.close()
      await log[Symbol.asyncDispose]()
    },
  }
}
