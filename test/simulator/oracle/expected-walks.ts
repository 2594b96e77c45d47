import type { Codec, LeadReceived, Topics } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { Cluster } from '../broker/cluster.ts'
import { eventOf, recordsOf } from './read-events.ts'

/** What must have become of the received leads, told by the log alone: each partition judged in its order, by event time. */
export interface ExpectedWalks {
  /** Walks that begin, as `leadId/generation`, with their flow. */
  readonly begun: ReadonlyMap<string, string>
  /** Walks that end as duplicates. */
  readonly duplicates: ReadonlyMap<string, string>
  /** How often each lead id came again. */
  readonly repeated: ReadonlyMap<string, number>
}

export interface ExpectedWalksOptions {
  readonly cluster: Cluster
  readonly codec: Codec
  readonly topics: Topics
  readonly flows: Flows
}

export function expectedWalks({ cluster, codec, topics, flows }: ExpectedWalksOptions): ExpectedWalks {
  const [begun, duplicates, repeated] = [new Map<string, string>(), new Map<string, string>(), new Map<string, number>()]
  const known = new Set<string>()
  const passed = new Map<string, number>()

  function judge(event: LeadReceived): void {
    const flow = flows.byName.get(event.flow)
    if (flow === undefined) return
    if (known.has(event.leadId)) {
      repeated.set(event.leadId, (repeated.get(event.leadId) ?? 0) + 1)
      return
    }
    known.add(event.leadId)
    const earlier = event.dedupeKey === null ? undefined : passed.get(event.dedupeKey)
    if (flow.dedupe !== null && earlier !== undefined && Math.abs(event.receivedAt - earlier) <= flow.dedupe.windowMs) {
      duplicates.set(`${event.leadId}/0`, event.flow)
      return
    }
    if (event.dedupeKey !== null) passed.set(event.dedupeKey, event.receivedAt)
    begun.set(`${event.leadId}/0`, event.flow)
  }

  for (const record of recordsOf(cluster, topics.received)) {
    const event = eventOf(codec, 'lead-received', record)
    if (event !== undefined) judge(event)
  }
  for (const record of recordsOf(cluster, topics.steps('default'))) {
    const work = eventOf(codec, 'step-work', record)
    if (work !== undefined && work.generation > 0) begun.set(`${work.leadId}/${work.generation}`, work.flow)
  }
  return { begun, duplicates, repeated }
}
