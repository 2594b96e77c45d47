import { setTimeout as delay } from 'node:timers/promises'
import { runProcessor } from '@leadline/engine'
import { headers } from '@leadline/events'
import { retrierProcessor } from '@leadline/retrier'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, compare, megabytes, quantile } from './compare.ts'
import { minuteMs } from './fill-parked.ts'
import { follow } from './follow.ts'
import { heldBytes } from './held-memory.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { startStopwatch } from './measure.ts'
import { fillParkedApart } from './start-filler.ts'

const count = 100_000
/** Time to fill the tier before the first lead is due. */
const headStartMs = 30_000
const patienceMs = 60_000

/** 100,000 parked leads come due within one minute. */
export const retrier: Bench = {
  names: ['retrier', 'retrier-early', 'retrier-held', 'retrier-rss'],
  async run({ brokers, transactions, note }) {
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow('http://127.0.0.1:1', 1) })
    const firstDueAt = Date.now() + headStartMs
    await fillParkedApart({ brokers, prefix: installation.prefix, count }, firstDueAt)
    note(`${count} leads parked in ${Math.round((Date.now() - firstDueAt + headStartMs) / 1_000)} s`)
    const { lateness, held, rss } = await release(installation, firstDueAt)
    note(
      `rss ${megabytes(rss.before)} MB before, ${megabytes(rss.most)} MB at most; held ${held.map(megabytes).join(', then ')} MB`,
    )
    const [values, baselines] = [held.slice(1).map(megabytes), held.slice(0, 1).map(megabytes)]
    const growth = megabytes(rss.most) - megabytes(rss.before)
    return [
      absolute({ name: 'retrier', unit: 'ms late, p99', value: quantile(lateness, 0.99), goal: { atMost: 500 } }),
      absolute({ name: 'retrier-early', unit: 'leads', value: lateness.filter((ms) => ms < 0).length, goal: { atMost: 0 } }),
      compare({
        name: 'retrier-held',
        unit: 'MB held, last beside middle of the minute',
        values,
        baselines,
        goal: { atMost: 1.1 },
      }),
      absolute({ name: 'retrier-rss', unit: 'MB more at the peak than at the start', value: growth, goal: { atMost: 150 } }),
    ]
  },
}

interface Release {
  readonly lateness: readonly number[]
  /** Bytes held in the middle of the minute and at its end, when leads still come due. */
  readonly held: readonly number[]
  readonly rss: { readonly before: number; readonly most: number }
}

async function release(installation: Installation, firstDueAt: number): Promise<Release> {
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
  const before = process.memoryUsage.rss()
  const stopwatch = startStopwatch()
  await using _running = await runProcessor({ processor, log, groupPrefix, observer })
  const held: number[] = []
  for (const at of [firstDueAt + minuteMs / 2, firstDueAt + minuteMs]) {
    await delay(at - Date.now())
    held.push(heldBytes())
  }
  const deadline = Date.now() + patienceMs
  while (lateness.length < count && Date.now() < deadline) await delay(50)
  const { peak } = stopwatch.stop(count)
  stop.abort()
  await following
  if (lateness.length !== count) throw new Error(`${lateness.length} of ${count} leads came back`)
  return { lateness, held, rss: { before, most: peak.rss } }
}
