import { randomUUID } from 'node:crypto'
import { type Consumer, type EachBatchPayload, Kafka, logLevel, type Producer } from 'kafkajs'
import { Pool } from 'undici'
import { type Measurement, type Stopwatch, startStopwatch } from './measure.ts'
import type { CallPlan } from './raw-calls.ts'
import { createTopics } from './topics.ts'
import { withDeadline } from './with-deadline.ts'

/** What one message leads to: the call, and one record of a kilobyte with its answer. */
interface Work {
  readonly producer: Producer
  readonly topic: string
  /** Calls the destination; resolves with what is to be produced. */
  call(value: Buffer | null): Promise<{ readonly value: string }>
  /** Tells that so many messages are done with. */
  done(count: number): void
}

type Start = (consumer: Consumer, work: Work) => Promise<void>

/** What people write: one message after the other, its call, its record. */
export const eachMessage: Start = (consumer, { producer, topic, call, done }) =>
  consumer.run({
    eachMessage: async ({ message }) => {
      await producer.send({ topic, messages: [await call(message.value)] })
      done(1)
    },
  })

const chunkSize = 200

/** What people write when that is too slow: 200 calls at a time, then their records, then the next 200. At-least-once. */
export const eachBatch: Start = (consumer, work) =>
  consumer.run({ eachBatchAutoResolve: false, eachBatch: (payload) => inChunks(payload, work) })

async function inChunks({ batch, resolveOffset, heartbeat }: EachBatchPayload, work: Work): Promise<void> {
  for (let from = 0; from < batch.messages.length; from += chunkSize) {
    const chunk = batch.messages.slice(from, from + chunkSize)
    const messages = await Promise.all(chunk.map(({ value }) => work.call(value)))
    await work.producer.send({ topic: work.topic, messages })
    const last = chunk.at(-1)
    if (last !== undefined) resolveOffset(last.offset)
    await heartbeat()
    work.done(chunk.length)
  }
}

/** Measured like ours: from the first call until the last message is done with. */
export async function plainKafkajs(brokers: readonly string[], plan: CallPlan, start: Start): Promise<Measurement> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const [input, topic] = [`plain-${randomUUID()}`, `plain-${randomUUID()}`]
  await using _topics = await createTopics(brokers, [input, topic])
  const producer = kafka.producer()
  await producer.connect()
  await fill(producer, input, plan)
  const pool = new Pool(plan.url, { connections: plan.inFlight, pipelining: 1 })
  const consumer = kafka.consumer({ groupId: input })
  await consumer.connect()
  await consumer.subscribe({ topic: input, fromBeginning: true })
  const finished = Promise.withResolvers<Measurement>()
  let stopwatch: Stopwatch | undefined
  let left = plan.count
  await start(consumer, {
    producer,
    topic,
    call: async (value) => {
      stopwatch ??= startStopwatch()
      const headers = { 'content-type': 'application/json' }
      const answer = await pool.request({ path: '/leads', method: 'POST', headers, body: value })
      return { value: `${JSON.stringify(await answer.body.json())}${value}` }
    },
    done: (count) => {
      left -= count
      if (left === 0 && stopwatch !== undefined) finished.resolve(stopwatch.stop(plan.count))
    },
  })
  const measurement = await withDeadline(finished.promise, () => `${left} of ${plan.count} messages are not done`)
  await Promise.all([consumer.disconnect(), producer.disconnect(), pool.close()])
  return measurement
}

async function fill(producer: Producer, topic: string, { count, body }: CallPlan): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const messages = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => ({
      key: String(from + index),
      value: body,
    }))
    await producer.send({ topic, messages })
  }
}
