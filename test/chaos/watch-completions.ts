import type { Log } from '@leadline/log'
import { until } from '../acceptance/processes.ts'

/** Sees leads being completed, over connections that no fault touches. */
export interface CompletionWatch {
  accepted(leadId: string): void
  /** Resolves when every partition has completed a lead since `since`, which shows that every lane works. */
  untilFlowing(since: number, deadlineMs: number): Promise<void>
  /** Resolves when no lead accepted so far is left. */
  untilCaughtUp(deadlineMs: number): Promise<void>
  /** Accepted and not completed. */
  readonly open: ReadonlySet<string>
  readonly completed: number
  close(): Promise<void>
}

export async function watchCompletions(log: Log, topic: string): Promise<CompletionWatch> {
  const stop = new AbortController()
  const open = new Set<string>()
  // Completed before the gateway's answer arrived.
  const early = new Set<string>()
  let completed = 0
  const lastSeen = new Map<number, number>()
  const ends = await log.ends(topic)
  const following = ends.map(async ({ partition, end }) => {
    lastSeen.set(partition, 0)
    for await (const batch of log.read({ topic, partition, from: end }, stop.signal)) {
      lastSeen.set(partition, Date.now())
      for (const { key } of batch) {
        completed += 1
        const leadId = String(key)
        if (!open.delete(leadId)) early.add(leadId)
      }
    }
  })
  return {
    accepted(leadId) {
      if (!early.delete(leadId)) open.add(leadId)
    },
    untilFlowing: (since, deadlineMs) =>
      until('every partition completes leads', async () => [...lastSeen.values()].every((at) => at > since), deadlineMs),
    async untilCaughtUp(deadlineMs) {
      const waiting = [...open]
      await until('every accepted lead is completed', async () => waiting.every((leadId) => !open.has(leadId)), deadlineMs)
    },
    open,
    get completed() {
      return completed
    },
    async close() {
      stop.abort()
      await Promise.all(following)
    },
  }
}
