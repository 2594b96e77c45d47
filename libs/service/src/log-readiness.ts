import type { LeadlineError } from '@leadline/domain'
import { type Clock, delay } from '@leadline/engine'
import type { OutgoingRecord } from '@leadline/log'
import type { Health } from './health.ts'
import { tryUntilAvailable, unlessAborted } from './try-until.ts'

export interface LogReadinessOptions {
  readonly health: Health
  /** Rejects while the log does not answer. An answer needs no write: a full disk, or a right to write that is missing, is not seen by it. */
  readonly ask: () => Promise<unknown>
  readonly onFailure: (error: LeadlineError, retryInMs: number) => void
  readonly onRecovery: () => void
  readonly clock: Pick<Clock, 'after'>
  readonly baseDelayMs: number
}

/**
 * Readiness that follows appends. One that fails turns it off, one that goes through turns it on again. None may come, though, to a process
 * that is not ready: so it turns on, too, when the log has answered and no append has failed for a while after that.
 */
export interface LogReadiness {
  appendFailed(error: LeadlineError, records: readonly OutgoingRecord[]): void
  appended(records: readonly OutgoingRecord[]): void
  /** It stays as it is from now on. */
  close(): void
}

interface Recovery {
  readonly stop: AbortController
  latest: { readonly error: LeadlineError }
}

const firstWhileMs = 5_000
const longestWhileMs = 60_000

export function createLogReadiness(options: LogReadinessOptions): LogReadiness {
  const { health, ask, onFailure, onRecovery, clock, baseDelayMs } = options
  /** Topics whose last append failed: brokers can take what is for one topic and refuse what is for another. */
  const unwritten = new Set<string>()
  let recovery: Recovery | undefined
  let state: 'ready' | 'unready' | 'closed' = 'ready'
  let whileMs = firstWhileMs
  health.setReady('log', true)

  function turnReady(): void {
    recovery = undefined
    state = 'ready'
    health.setReady('log', true)
    onRecovery()
  }

  async function recover(own: Recovery): Promise<void> {
    const { signal } = own.stop
    let before: Recovery['latest']
    try {
      do {
        await tryUntilAvailable(() => unlessAborted(ask(), signal), { onFailure, signal, baseDelayMs })
        before = own.latest
        const waitMs = whileMs
        // Should it turn out to be too short, a longer one follows.
        whileMs = Math.min(2 * waitMs, longestWhileMs)
        onFailure(before.error, waitMs)
        await delay(clock, waitMs, signal)
        signal.throwIfAborted()
      } while (own.latest !== before)
      turnReady()
    } catch {
      // An append went through, the log was closed, or there is a mistake in the setup: with that it stays unready.
      if (recovery === own) recovery = undefined
    }
  }

  function turnUnready(records: readonly OutgoingRecord[]): void {
    // Other topics say nothing of how long these will take no writes.
    if (!records.some(({ topic }) => unwritten.has(topic))) whileMs = firstWhileMs
    unwritten.clear()
    state = 'unready'
    health.setReady('log', false, 'the last append failed')
  }

  return {
    appendFailed: (error, records) => {
      if (state === 'closed') return
      if (state === 'ready') turnUnready(records)
      for (const { topic } of records) unwritten.add(topic)
      if (recovery !== undefined) {
        recovery.latest = { error }
        return
      }
      recovery = { stop: new AbortController(), latest: { error } }
      void recover(recovery)
    },
    appended: (records) => {
      if (unwritten.size === 0) return
      for (const { topic } of records) unwritten.delete(topic)
      if (unwritten.size > 0 || state !== 'unready') return
      recovery?.stop.abort()
      turnReady()
    },
    close: () => {
      state = 'closed'
      recovery?.stop.abort()
    },
  }
}
