import { LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Log } from '@leadline/log'
import type { Health } from './health.ts'
import { tryUntilAvailable, unlessAborted } from './try-until.ts'

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
}

/**
 * The same log, with readiness following it: an append that fails makes the process unready, and the log is asked until it answers again
 * (traffic may have been taken away by then, so the next append cannot be waited for).
 */
export function watchLog(log: Log, options: WatchLogOptions): Log {
  const { health, topic, onFailure, onRecovery, ending, baseDelayMs = 500 } = options
  const closing = new AbortController()
  let recovering: Promise<void> | undefined
  health.setReady('log', true)

  /** A start ends with a refusal; a running process waits until an operator has mended what was right before. */
  async function ends(): Promise<unknown> {
    try {
      return await log.ends(topic)
    } catch (thrown) {
      const error = toLeadlineError(thrown)
      throw error.code === 'LOG_REFUSED' ? new LeadlineError('LOG_UNAVAILABLE', error.message, { cause: error }) : error
    }
  }

  async function recover(): Promise<void> {
    try {
      await tryUntilAvailable(() => unlessAborted(ends(), closing.signal), {
        onFailure,
        signal: closing.signal,
        baseDelayMs,
      })
      health.setReady('log', true)
      onRecovery()
    } catch {
      // Closing, or a mistake in the setup: it stays unready.
    } finally {
      recovering = undefined
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
        const { code } = toLeadlineError(thrown)
        if (code === 'LOG_UNAVAILABLE' || code === 'LOG_REFUSED') {
          health.setReady('log', false, 'the last append failed')
          recovering ??= recover()
        }
        throw thrown
      }
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await recovering
      await log[Symbol.asyncDispose]()
    },
  }
}
