import { type LeadlineError, toLeadlineError } from '@leadline/domain'
import type { Log } from '@leadline/log'
import type { Health } from './health.ts'
import { tryUntilAvailable, unlessAborted } from './try-until.ts'

export interface WatchLogOptions {
  readonly health: Health
  /** Any topic that exists: asking for its ends tells whether the log answers. */
  readonly topic: string
  readonly onFailure: (error: LeadlineError, retryInMs: number) => void
  readonly onRecovery: () => void
  /** Before the second question to a log that does not answer. */
  readonly baseDelayMs?: number
}

/**
 * The same log, with readiness following it: an append that fails makes the process unready, and the log is asked until it answers again
 * (traffic may have been taken away by then, so the next append cannot be waited for).
 */
export function watchLog(log: Log, options: WatchLogOptions): Log {
  const { health, topic, onFailure, onRecovery, baseDelayMs = 500 } = options
  const closing = new AbortController()
  let recovering: Promise<void> | undefined
  health.setReady('log', true)

  async function recover(): Promise<void> {
    try {
      await tryUntilAvailable(() => unlessAborted(log.ends(topic), closing.signal), {
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
    join: (group, topics, owner) => log.join(group, topics, owner),
    read: (range, signal) => log.read(range, signal),
    ends: (name) => log.ends(name),
    ensureTopics: (specs) => log.ensureTopics(specs),
    append: async (records) => {
      try {
        await log.append(records)
      } catch (thrown) {
        if (toLeadlineError(thrown).code === 'LOG_UNAVAILABLE') {
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
