import { setTimeout as delay } from 'node:timers/promises'
import { pace } from './pace.ts'
import type { receivedLead } from './received-lead.ts'

const perSecond = 500
const seconds = 20
/** The first seconds compile code and open connections. */
const leftOutSeconds = 5
const patienceMs = 60_000

export type SentLead = ReturnType<typeof receivedLead>

/** A way that leads take. */
export interface Way {
  readonly make: (index: number) => SentLead
  /** Resolves when the brokers have acknowledged it. */
  readonly send: (lead: SentLead) => Promise<unknown>
  /** Tells the id of each lead that a read_committed reader has. */
  readonly follow: (read: (leadId: string) => void, signal: AbortSignal) => Promise<void>
}

/** Milliseconds from the beginning of a lead's `send` until it is read, at 500 leads a second. */
export async function pacedLatencies({ make, send, follow }: Way): Promise<number[]> {
  const count = perSecond * seconds
  const begunAt = new Map<string, number>()
  const readAt = new Map<string, number>()
  const stop = new AbortController()
  const following = follow((leadId) => void readAt.set(leadId, performance.now()), stop.signal)
  await pace(perSecond, count, async (index) => {
    const lead = make(index)
    begunAt.set(lead.leadId, performance.now())
    await send(lead)
  })
  const deadline = performance.now() + patienceMs
  while (readAt.size < count && performance.now() < deadline) await delay(10)
  stop.abort()
  await following
  if (readAt.size < count) throw new Error(`${readAt.size} of ${count} leads came out in time`)
  return [...begunAt].slice(perSecond * leftOutSeconds).map(([leadId, at]) => (readAt.get(leadId) ?? Number.NaN) - at)
}
