import { headers, type Topics } from '@leadline/events'
import type { Log, OutgoingRecord } from '@leadline/log'
import { fill } from './fill.ts'

export const minuteMs = 60_000
export const parkedTierMs = 16_000
const jitter = 0.1

/**
 * Parks leads that come due within one minute from `firstDueAt`. They failed one after the other over a minute and wait 16 s ± 10 %, so that they
 * are not due in the order in which they lie on their tier.
 */
export async function fillParked(
  { log, topics }: { readonly log: Log; readonly topics: Topics },
  count: number,
  firstDueAt: number,
): Promise<void> {
  const record = (index: number): OutgoingRecord => {
    // Every 7919th step of a circle: spread evenly, and the same in each run.
    const spread = (((index * 7_919) % count) / count) * 2 - 1
    const dueAt = firstDueAt + (index / count) * minuteMs + parkedTierMs * jitter * (1 + spread)
    return {
      topic: topics.retry(parkedTierMs),
      key: Buffer.from(`lead-${index}`),
      value: Buffer.alloc(1_000, 'x'),
      headers: {
        [headers.originTopic]: topics.steps('default'),
        [headers.originPartition]: String(index % 6),
        [headers.dueAt]: String(Math.round(dueAt)),
        // Not a header of the retrier's: it is kept, and tells here when the lead was due.
        [headers.firstFailedAt]: String(Math.round(dueAt)),
      },
    }
  }
  await fill(log, count, record)
}
