import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { ServiceEvents } from '@leadline/service'
import { startWorker } from '@leadline/worker'
import { Kafka, logLevel } from 'kafkajs'
import type { Bench, BenchResult } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, quantile, round } from './compare.ts'
import { follow } from './follow.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { type Latencies, pacedLatencies } from './paced-latencies.ts'
import { receivedLead } from './received-lead.ts'
import { createTopics } from './topics.ts'

const callMs = 20

/**
 * From the moment the brokers have accepted a lead until a read_committed reader has its outcome, without the time that its destination takes to
 * answer: in between lie two transactions, intake and step. Beside it: the same record produced and read by kafkajs as it comes, which can be read
 * as soon as it is accepted. The same from the beginning of the append is noted.
 */
export const latency500: Bench = {
  names: ['latency-500', 'latency-500-p99'],
  async run({ brokers, transactions, sink, note }) {
    const { url } = await sink(callMs)
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow(url, 1) })
    const plain = await plainLatencies(brokers, installation)
    const parts = createParts({ received: installation.topics.received, work: installation.topics.steps('default') })
    const outcome = await outcomeLatencies(installation, parts)
    const line = (name: string, share: number, goalMs: number): BenchResult => {
      const value = quantile(outcome.sinceAccepted, share) - callMs
      const baseline = round(quantile(plain.sinceAccepted, share), 1)
      return absolute({ name, unit: 'ms', value, goal: { atMost: goalMs }, baseline })
    }
    const sinceBegun = (share: number): string => {
      const ours = quantile(outcome.sinceBegun, share) - callMs
      return `${round(ours, 1)} ms beside ${round(quantile(plain.sinceBegun, share), 1)} ms`
    }
    note(`latency with the append before it: p50 ${sinceBegun(0.5)}, p99 ${sinceBegun(0.99)}`)
    note(parts.describe())
    return [line('latency-500', 0.5, 60), line('latency-500-p99', 0.99, 250)]
  },
}

async function outcomeLatencies(installation: Installation, parts: Parts): Promise<Latencies> {
  const { log, codec, topics, flows, prefix } = installation
  const events = parts.heard(installation.events)
  await using _worker = await startWorker({ flows, log, codec, topics, events, groupPrefix: prefix, inFlight: 512, pools: null })
  return await pacedLatencies({
    make: (index) => receivedLead(index, codec, topics.received),
    send: ({ record }) => log.append([record]),
    follow: (read, signal) => follow(log, topics.outcomes.success, ({ key }) => read(String(key)), signal),
  })
}

/** How long the parts took that a lead's latency is made of. */
interface Parts {
  /** `events` whose reports of commits and calls are kept. */
  readonly heard: (events: ServiceEvents) => ServiceEvents
  readonly describe: () => string
}

function createParts({ received, work }: { readonly received: string; readonly work: string }): Parts {
  const callMs: number[] = []
  const commitMs = new Map<string, number[]>([
    [received, []],
    [work, []],
  ])
  return {
    heard: (events) => ({
      ...events,
      flushed: (lane, report) => {
        events.flushed(lane, report)
        commitMs.get(lane.topic)?.push(report.durationMs)
      },
      attempted: (step, result, durationMs) => {
        events.attempted(step, result, durationMs)
        callMs.push(durationMs)
      },
    }),
    describe: () => {
      const spread = (all: readonly number[] = []): string =>
        `${round(quantile(all, 0.5), 1)} and ${round(quantile(all, 0.99), 1)} ms`
      return `p50 and p99 of a call ${spread(callMs)}, of a commit of intake ${spread(commitMs.get(received))}, of a step ${spread(commitMs.get(work))}`
    },
  }
}

async function plainLatencies(brokers: readonly string[], { codec }: Installation): Promise<Latencies> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const topic = `plain-${randomUUID()}`
  await using opened = new AsyncDisposableStack()
  opened.use(await createTopics(brokers, [topic]))
  const producer = kafka.producer()
  opened.defer(() => producer.disconnect())
  await producer.connect()
  const consumer = kafka.consumer({ groupId: topic, readUncommitted: false })
  opened.defer(() => consumer.disconnect())
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const tellRead = Promise.withResolvers<(leadId: string) => void>()
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()))
  await consumer.run({ eachMessage: async ({ message }) => (await tellRead.promise)(String(message.key)) })
  await joined
  return await pacedLatencies({
    make: (index) => receivedLead(index, codec, topic),
    send: ({ record: { key, value } }) => producer.send({ topic, messages: [{ key, value }] }),
    follow: async (read, signal) => {
      tellRead.resolve(read)
      await once(signal, 'abort')
    },
  })
}
