import { headers } from '@leadline/events'
import type { OutgoingRecord } from '@leadline/log'
import { startWorker } from '@leadline/worker'
import { sampleLead } from '../acceptance/feed-leads.ts'
import type { Bench } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { copyTopic } from './copy-topic.ts'
import { fill } from './fill.ts'
import { type Installation, install, onKafka } from './installation.ts'
import type { Stopwatch } from './measure.ts'
import { startProfiledStopwatch } from './profile.ts'
import { withDeadline } from './with-deadline.ts'

const rounds = 3
const count = 30_000

/**
 * Leads published to `submissions` become work for the first step: decoded, checked, made received leads, and past the duplicate window. Two
 * transactions and four records per lead, beside one transaction that copies the same bytes from topic to topic.
 */
export const intake: Bench = {
  names: ['intake'],
  async run({ brokers, transactions }) {
    const values: number[] = []
    const baselines: number[] = []
    for (let round = -1; round < rounds; round++) {
      await using installation = await install(onKafka({ brokers, transactions }), {
        flow: `${benchFlow('http://127.0.0.1:1', 1)}dedupe: { fields: [email], window: 30d }\n`,
      })
      await submit(installation)
      const copied = await copyTopic(brokers, { from: installation.topics.submissions, count })
      const taken = await takeIn(installation)
      if (round < 0) continue
      baselines.push(copied)
      values.push(taken)
    }
    return [compare({ name: 'intake', unit: 'leads/s', values, baselines, goal: { atLeast: 0.5 } })]
  },
}

async function submit({ log, topics }: Installation): Promise<void> {
  const record = (index: number): OutgoingRecord => ({
    topic: topics.submissions,
    key: Buffer.from(`ada${index}@example.com`),
    value: Buffer.from(JSON.stringify(sampleLead(index))),
    headers: { [headers.flow]: 'bench', [headers.source]: 'web', [headers.idempotencyKey]: `order-${index}` },
  })
  await fill(log, count, record)
}

async function takeIn({ log, codec, topics, flows, events, prefix }: Installation): Promise<number> {
  const done = Promise.withResolvers<number>()
  let stopwatch: Stopwatch | undefined
  let left = count
  const laneAssigned: typeof events.laneAssigned = (lane) => {
    events.laneAssigned(lane)
    if (lane.topic === topics.submissions) stopwatch ??= startProfiledStopwatch()
  }
  const flushed: typeof events.flushed = (lane, report) => {
    events.flushed(lane, report)
    if (lane.topic !== topics.received) return
    left -= report.completions
    if (left === 0 && stopwatch !== undefined) done.resolve(stopwatch.stop(count).perSecond)
  }
  await using _worker = await startWorker({
    flows,
    log,
    codec,
    topics,
    events: { ...events, laneAssigned, flushed },
    groupPrefix: prefix,
    inFlight: 512,
    // Intake alone: no step is worked off beside it.
    pools: [],
  })
  return await withDeadline(done.promise, () => `${left} of ${count} submissions are not work yet`)
}
