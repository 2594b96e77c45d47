import { createBackoff } from '../kafka/backoff.ts'
import type { Cluster } from './cluster.ts'

/** Finds out which topics the group means: it tells of them by their ids, and of each only once. */
export interface TopicLookup {
  /** Asks the brokers at once and then ever less often, until nothing is missing. Does nothing while it is at it. */
  start(): void
}

export interface TopicLookupOptions {
  readonly cluster: Pick<Cluster, 'refresh'>
  /** Ids of the topics that are wanted now and that no broker has named yet. */
  readonly missing: () => readonly string[]
  /** Called after every question. */
  readonly asked: () => void
  /** It takes long; called once each time that something is looked for. */
  readonly late: (missing: readonly string[]) => void
  readonly signal: AbortSignal
}

/** A broker hears of a new topic within so many milliseconds, unless something is wrong. */
const usualMs = 500

export function createTopicLookup({ cluster, missing, asked, late, signal }: TopicLookupOptions): TopicLookup {
  let looking = false

  async function look(): Promise<void> {
    const backoff = createBackoff(100, 2_000)
    let told = false
    while (missing().length > 0 && !signal.aborted) {
      await cluster.refresh().catch(() => {})
      asked()
      if (missing().length === 0) break
      await backoff.wait(signal, (delayMs) => {
        if (told || delayMs <= usualMs) return
        told = true
        late(missing())
      })
    }
    looking = false
  }

  return {
    start() {
      if (looking) return
      looking = true
      void look()
    },
  }
}
