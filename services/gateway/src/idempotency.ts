import { type LeadId, LeadlineError } from '@leadline/domain'
import type { EventStore, LeadView } from '@leadline/store'

/** What became of a keyed submission: it was appended now, or the lead was there before. */
export interface KeyedResult {
  readonly repeated: boolean
  /** The lead as the store knows it; null when there is no store or it does not know it (yet). */
  readonly known: LeadView | null
}

interface RecentLead {
  readonly digest: string
  /** Without what came of it: that holds the whole lead with its events. */
  readonly durable: Promise<void>
}

export interface Idempotency {
  /**
   * Runs `append` unless the lead was appended before, here or (by the store) anywhere. Throws IDEMPOTENCY_KEY_REUSED
   * when it is known with another digest. Two gateways that get the same key at once append twice; intake drops the copy.
   */
  appendOnce(leadId: LeadId, digest: string, append: () => Promise<void>): Promise<KeyedResult>
}

export function createIdempotency(recentKeys: number, store: Pick<EventStore, 'readLead'> | undefined): Idempotency {
  const recent = new Map<LeadId, RecentLead>()

  function remember(leadId: LeadId, lead: RecentLead): void {
    recent.set(leadId, lead)
    const oldest = recent.keys().next()
    if (recent.size > recentKeys && !oldest.done) recent.delete(oldest.value)
    lead.durable.catch(() => {
      if (recent.get(leadId) === lead) recent.delete(leadId)
    })
  }

  async function readKnown(leadId: LeadId): Promise<LeadView | null> {
    // A store that is down must not stop leads: intake drops what was there before.
    const view = await store?.readLead(leadId).catch(() => undefined)
    return view ?? null
  }

  async function appendUnlessKnown(leadId: LeadId, digest: string, append: () => Promise<void>): Promise<KeyedResult> {
    const known = await readKnown(leadId)
    if (known === null) {
      await append()
      return { repeated: false, known: null }
    }
    if (known.bodyDigest !== null && known.bodyDigest !== digest) throw reused()
    return { repeated: true, known }
  }

  return {
    appendOnce: async (leadId, digest, append) => {
      const before = recent.get(leadId)
      if (before === undefined) {
        const result = appendUnlessKnown(leadId, digest, append)
        remember(leadId, { digest, durable: result.then(() => {}) })
        return result
      }
      if (before.digest !== digest) throw reused()
      await before.durable
      return { repeated: true, known: await readKnown(leadId) }
    },
  }
}

function reused(): LeadlineError {
  return new LeadlineError('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for a lead with other fields')
}
