import { setTimeout as delay } from 'node:timers/promises'
import { Agent } from 'undici'
import { postUntilAccepted } from './post-until-accepted.ts'

export interface FeedOptions {
  readonly url: string
  readonly flow: string
  readonly count: number
  readonly concurrency: number
  /** Leads per second, at most. */
  readonly rate: number
  /** Distinguishes the idempotency keys of runs. */
  readonly run: string
  /** No new lead after it aborts; those on their way are posted until they are accepted. */
  readonly signal?: AbortSignal
  /** No new lead while it says true. */
  readonly hold?: () => boolean
  readonly onAccepted?: (leadId: string) => void
  /** What to post; `sampleLead` unless told. */
  readonly lead?: (index: number) => object
}

export interface FeedReport {
  readonly accepted: ReadonlySet<string>
  readonly retriedPosts: number
}

/** Posts leads as a careful client does: an idempotency key each, and again until answered 202. */
export async function feedLeads(options: FeedOptions): Promise<FeedReport> {
  const { url, flow, count, concurrency, rate, run, signal, hold, onAccepted, lead = sampleLead } = options
  const agent = new Agent({ connections: concurrency })
  const accepted = new Set<string>()
  const startedAt = Date.now()
  let next = 0
  let retriedPosts = 0

  async function post(index: number): Promise<void> {
    const posted = { url, flow, source: 'web', idempotencyKey: `${run}-${index}`, fields: lead(index) }
    const answer = await postUntilAccepted(posted, agent)
    retriedPosts += answer.retriedPosts
    accepted.add(answer.leadId)
    onAccepted?.(answer.leadId)
  }

  async function send(): Promise<void> {
    for (let index = next++; index < count; index = next++) {
      const dueAt = startedAt + (index / rate) * 1_000
      const waitMs = dueAt - Date.now()
      if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => {})
      while (hold?.() && !signal?.aborted) await delay(50)
      if (signal?.aborted) return
      await post(index)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, send))
  await agent.close()
  return { accepted, retriedPosts }
}

/** A made-up lead of about 1 KB. */
export function sampleLead(index: number): object {
  return {
    first_name: `Ada${index}`,
    last_name: 'Lovelace',
    email: `ada${index}@example.com`,
    phone: `512555${String(index % 10_000).padStart(4, '0')}`,
    address: { street: `${index} Main Street`, city: 'Austin', state: 'TX', postal_code: '78701' },
    comment: 'interested in a quote, please call in the afternoon. '.repeat(12),
  }
}
