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

/** Milliseconds until a lead is read, one of each for each lead. */
export interface Latencies {
  /** Since the brokers acknowledged it; below zero if a reader had it before that. */
  readonly sinceAccepted: readonly number[]
  /** Since it began to be sent. */
  readonly sinceBegun: readonly number[]
}

/** Latencies at 500 leads a second. */
export async function pacedLatencies({ make, send, follow }: Way): Promise<Latencies> {
  const count = perSecond * seconds
  const begunAt = new Map<string, number>()
  const acceptedAt = new Map<string, number>()
  const readAt = new Map<string, number>()
  const stop = new AbortController()
  const following = follow((leadId) => void readAt.set(leadId, performance.now()), stop.signal)
  await pace(perSecond, count, async (index) => {
    const lead = make(index)
    begunAt.set(lead.leadId, performance.now())
    await send(lead)
    acceptedAt.set(lead.leadId, performance.now())
  })
  const deadline = performance.now() + patienceMs
  while (readAt.size < count && performance.now() < deadline) await delay(10)
  stop.abort()
  await following
  if (readAt.size < count) throw new Error(`${readAt.size} of ${count} leads came out in time`)
  const measured = [...begunAt.keys()].slice(perSecond * leftOutSeconds)
  const since = (from: ReadonlyMap<string, number>): number[] =>
    measured.map((leadId) => (readAt.get(leadId) ?? Number.NaN) - (from.get(leadId) ?? Number.NaN))
  return { sinceAccepted: since(acceptedAt), sinceBegun: since(begunAt) }
}
