import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { startWorker } from '@leadline/worker'
import { Kafka, logLevel } from 'kafkajs'
import type { Bench, BenchResult } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { absolute, quantile, round } from './compare.ts'
import { follow } from './follow.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { pacedLatencies } from './paced-latencies.ts'
import { receivedLead } from './received-lead.ts'
import { createTopics } from './topics.ts'

const callMs = 20

/**
 * From the moment a lead begins to be appended until a read_committed reader has its outcome, without the time that its destination takes to
 * answer. In between lie the append and two transactions, intake and step. Beside it: the same record produced and read by kafkajs as it comes,
 * from the same moment. Waiting for the acknowledgement is in both: a plain record can be read as soon as that.
 */
export const latency500: Bench = {
  names: ['latency-500', 'latency-500-p99'],
  async run({ brokers, transactions, sink }) {
    const { url } = await sink(callMs)
    await using installation = await install(onKafka({ brokers, transactions }), { flow: benchFlow(url, 1) })
    const plain = await plainLatencies(brokers, installation)
    const ours = (await outcomeLatencies(installation)).map((ms) => ms - callMs)
    const line = (name: string, share: number, goalMs: number): BenchResult => {
      const baseline = round(quantile(plain, share), 1)
      return absolute({ name, unit: 'ms', value: quantile(ours, share), goal: { atMost: goalMs }, baseline })
    }
    return [line('latency-500', 0.5, 60), line('latency-500-p99', 0.99, 250)]
  },
}

async function outcomeLatencies({ log, codec, topics, flows, events, prefix }: Installation): Promise<number[]> {
  await using _worker = await startWorker({ flows, log, codec, topics, events, groupPrefix: prefix, inFlight: 512, pools: null })
  return await pacedLatencies({
    make: (index) => receivedLead(index, codec, topics.received),
    send: ({ record }) => log.append([record]),
    follow: (read, signal) => follow(log, topics.outcomes.success, ({ key }) => read(String(key)), signal),
  })
}

async function plainLatencies(brokers: readonly string[], { codec }: Installation): Promise<number[]> {
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
