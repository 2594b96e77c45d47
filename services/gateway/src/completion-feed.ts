import { setTimeout as delay } from 'node:timers/promises'
import type { LeadId } from '@leadline/domain'
import type { Codec, LeadCompleted, Topics } from '@leadline/events'
import type { Log, LogRecord, PartitionEnds } from '@leadline/log'

/** Tells who waits for it that a lead's flow ended. */
export interface CompletionFeed extends AsyncDisposable {
  /** Resolves when completions from now on are seen; call it before the lead is appended. Rejects with LOG_UNAVAILABLE. */
  start(): Promise<void>
  /** The completion, or undefined when `ms` milliseconds have passed, `signal` aborts or the feed closes. */
  wait(leadId: LeadId, ms: number, signal?: AbortSignal): Promise<LeadCompleted | undefined>
  /** Ends every wait. Idempotent. */
  close(): Promise<void>
}

export interface CompletionFeedOptions {
  readonly log: Pick<Log, 'ends' | 'read'>
  readonly codec: Pick<Codec, 'decode'>
  readonly topics: Pick<Topics, 'completed'>
}

const pauseAfterErrorMs = 1_000
type Waiter = (completed: LeadCompleted | undefined) => void

/** Follows `leads.completed` on all its partitions, from the first `start` on; nothing is read while nobody ever waited. */
export async function openCompletionFeed({ log, codec, topics }: CompletionFeedOptions): Promise<CompletionFeed> {
  const waiters = new Map<string, Set<Waiter>>()
  const closing = new AbortController()
  let following: Promise<void>[] = []
  let started: Promise<void> | undefined

  async function startFollowing(): Promise<void> {
    const ends = await log.ends(topics.completed)
    following = ends.map(follow)
  }

  async function follow({ partition, end }: PartitionEnds): Promise<void> {
    let from = end
    while (!closing.signal.aborted) {
      try {
        for await (const records of log.read({ topic: topics.completed, partition, from }, closing.signal)) {
          await Promise.all(records.map(tell))
          from = (records.at(-1)?.offset ?? from - 1) + 1
        }
      } catch {
        // The log is away; health tells. The position is kept, so nothing is missed.
      }
      await delay(pauseAfterErrorMs, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  // Most completions are nobody's: only awaited ones are decoded.
  async function tell({ key, value }: LogRecord): Promise<void> {
    const waiting = key && waiters.get(key.toString())
    if (!waiting || !value) return
    try {
      const completed = await codec.decode('lead-completed', value)
      for (const waiter of waiting) waiter(completed)
    } catch {
      // Unreadable for us: the recorder reports it, and the caller's time runs out.
    }
  }

  function wait(leadId: LeadId, ms: number, signal?: AbortSignal): Promise<LeadCompleted | undefined> {
    if (closing.signal.aborted) return Promise.resolve(undefined)
    const { promise, resolve } = Promise.withResolvers<LeadCompleted | undefined>()
    const waiting = waiters.get(leadId) ?? new Set()
    const timer = setTimeout(() => settle(undefined), ms)
    const settle: Waiter = (completed) => {
      clearTimeout(timer)
      waiting.delete(settle)
      if (waiting.size === 0) waiters.delete(leadId)
      resolve(completed)
    }
    waiters.set(leadId, waiting.add(settle))
    signal?.addEventListener('abort', () => settle(undefined), { once: true })
    return promise
  }

  function start(): Promise<void> {
    started ??= startFollowing().catch((thrown: unknown) => {
      started = undefined
      throw thrown
    })
    return started
  }

  async function close(): Promise<void> {
    closing.abort()
    for (const waiting of waiters.values()) for (const settle of waiting) settle(undefined)
    await started?.catch(() => undefined)
    await Promise.all(following)
  }

  return { start, wait, close, [Symbol.asyncDispose]: close }
}
