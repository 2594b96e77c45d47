import { setTimeout as delay } from 'node:timers/promises'
import { runProcessor } from '@leadline/engine'
import { headers } from '@leadline/events'
import type { OutgoingRecord } from '@leadline/log'
import { retrierProcessor } from '@leadline/retrier'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, quantile } from './compare.ts'
import { fill } from './fill.ts'
import { follow } from './follow.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { startStopwatch } from './measure.ts'

const count = 100_000
const minuteMs = 60_000
const tierMs = 16_000
/** Time to fill the tier before the first lead is due. */
const headStartMs = 30_000
const jitter = 0.1

/**
 * 100,000 parked leads come due within one minute. They failed one after the other over a minute and wait 16 s ± 10 %, so that they are not due in
 * the order in which they lie on their tier.
 */
export const retrier: Bench = {
  names: ['retrier', 'retrier-early', 'retrier-rss'],
  async run({ brokers, transactions, note }) {
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow('http://127.0.0.1:1', 1) })
    const firstDueAt = Date.now() + headStartMs
    await fill(installation.log, count, (index) => parked(installation.topics, index, firstDueAt))
    note(`${count} leads parked in ${Math.round((Date.now() - firstDueAt + headStartMs) / 1_000)} s`)
    const { lateness, rssGrowth } = await release(installation)
    return [
      absolute({ name: 'retrier', unit: 'ms late, p99', value: quantile(lateness, 0.99), goal: { atMost: 500 } }),
      absolute({ name: 'retrier-early', unit: 'leads', value: lateness.filter((ms) => ms < 0).length, goal: { atMost: 0 } }),
      absolute({ name: 'retrier-rss', unit: 'MB more at the peak than at the start', value: rssGrowth, goal: { atMost: 150 } }),
    ]
  },
}

function parked(topics: Installation['topics'], index: number, firstDueAt: number): OutgoingRecord {
  // Every 7919th step of a circle: spread evenly, and the same in each run.
  const spread = (((index * 7_919) % count) / count) * 2 - 1
  const dueAt = firstDueAt + (index / count) * minuteMs + tierMs * jitter * (1 + spread)
  return {
    topic: topics.retry(tierMs),
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

const patienceMs = 60_000

async function release(installation: Installation): Promise<{ lateness: number[]; rssGrowth: number }> {
  const { log, topics, events: observer, prefix: groupPrefix } = installation
  const lateness: number[] = []
  const stop = new AbortController()
  const following = follow(
    log,
    topics.steps('default'),
    (record) => lateness.push(Date.now() - Number(record.headers[headers.firstFailedAt])),
    stop.signal,
  )
  const processor = retrierProcessor({ ...installation, now: Date.now })
  const rssBefore = process.memoryUsage.rss()
  const stopwatch = startStopwatch()
  await using _running = await runProcessor({ processor, log, groupPrefix, observer })
  const deadline = Date.now() + headStartMs + minuteMs + patienceMs
  while (lateness.length < count && Date.now() < deadline) await delay(50)
  const { mostRssBytes } = stopwatch.stop(count)
  stop.abort()
  await following
  if (lateness.length !== count) throw new Error(`${lateness.length} of ${count} leads came back`)
  return { lateness, rssGrowth: (mostRssBytes - rssBefore) / 1024 / 1024 }
}
