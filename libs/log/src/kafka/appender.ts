import type { LeadlineError } from '@leadline/domain'
import type { Producer } from 'kafkajs'
import type { OutgoingRecord } from '../log.ts'
import { unavailable } from '../log-errors.ts'
import { createBackoff } from './backoff.ts'
import { createKafka, type KafkaConnection, type Owned } from './kafka-client.ts'
import { isRefusal, toLogError } from './kafka-errors.ts'
import { Partitioners } from './kafkajs-values.ts'
import { onTopics } from './missing-right.ts'
import { cutIntoSends } from './produce-batches.ts'
import { sendConfirmed } from './send-confirmed.ts'
import type { SizedRecord, TopicCatalog } from './topic-catalog.ts'

export interface Appender {
  append(records: readonly OutgoingRecord[]): Promise<void>
  /** Waits for what is on its way. */
  close(): Promise<void>
}

interface Waiting {
  readonly records: readonly SizedRecord[]
  resolve(): void
  reject(error: unknown): void
}

const queueBytes = 64 * 1024 * 1024
const sendTries = 5
const firstRetryMs = 50
const longestRetryMs = 500
const never = new AbortController().signal

/** Appends outside of any transaction: what comes while a send is under way goes out together with the next one. */
export function createAppender(connection: KafkaConnection, catalog: TopicCatalog): Appender {
  const producers = createProducerKeeper(connection)
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let running: Promise<void> | undefined
  let closed = false

  const sendAll = async () => {
    while (waiting.length > 0) {
      const round = waiting
      waiting = []
      waitingBytes = 0
      await sendRound(producers, round, connection)
    }
    running = undefined
  }

  return {
    async append(records) {
      if (closed) throw unavailable('append: it is closed')
      if (records.length === 0) return
      const placed = await catalog.place(records).catch(async (error: unknown) => {
        throw await failure(connection, error, records)
      })
      const bytes = placed.reduce((sum, record) => sum + record.bytes, 0)
      if (waitingBytes > 0 && waitingBytes + bytes > queueBytes) throw unavailable('append: too much is waiting to be sent')
      waitingBytes += bytes
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ records: placed, resolve, reject })
      running ??= sendAll()
      await promise
    },
    async close() {
      closed = true
      await running
      producers.drop()
    },
  }
}

async function sendRound(producers: ProducerKeeper, round: readonly Waiting[], connection: KafkaConnection): Promise<void> {
  // One failed send fails all appends that had a record in it or behind it; those fully sent before are told so.
  const left = new Map(round.map((entry) => [entry, entry.records.length]))
  const owners = round.flatMap((entry) => entry.records.map(() => entry))
  let sent = 0
  try {
    for (const records of cutIntoSends(round.flatMap((entry) => entry.records))) {
      await sendPatiently(producers, records)
      for (const entry of owners.slice(sent, sent + records.length)) {
        const rest = (left.get(entry) ?? 0) - 1
        left.set(entry, rest)
        if (rest === 0) entry.resolve()
      }
      sent += records.length
    }
  } catch (error) {
    producers.drop()
    const unsent = [...left].flatMap(([entry, rest]) => (rest > 0 ? [entry] : []))
    const told = await failure(
      connection,
      error,
      unsent.flatMap(({ records }) => records),
    )
    for (const entry of unsent) entry.reject(told)
  }
}

/** What a caller is told; what an operator must mend is told to him too. */
async function failure(
  { refusals }: KafkaConnection,
  error: unknown,
  records: readonly { readonly topic: string }[],
): Promise<LeadlineError> {
  const needed = onTopics(
    'WRITE',
    records.map(({ topic }) => topic),
  )
  const refusal = await refusals.of(error, needed)
  if (refusal !== undefined) refusals.tell(refusal)
  return refusal ?? toLogError('append', error)
}

/** Tries again by itself, each time whole and with a new producer: a retry of kafkajs forgets records whose leader has moved. */
async function sendPatiently(producers: ProducerKeeper, records: readonly SizedRecord[]): Promise<void> {
  const backoff = createBackoff(firstRetryMs, longestRetryMs)
  for (let tries = 1; ; tries++) {
    const producer = await producers.get()
    try {
      return await sendConfirmed(producer, records)
    } catch (error) {
      if (tries === sendTries || isRefusal(error)) throw error
      producers.drop()
      await backoff.wait(never)
    }
  }
}

interface ProducerKeeper {
  get(): Promise<Producer>
  drop(): void
}

/** One connected producer, replaced after an error. */
function createProducerKeeper(connection: KafkaConnection): ProducerKeeper {
  let current: Owned<Producer> | undefined
  const drop = () => {
    current?.destroy()
    current = undefined
  }
  return {
    async get() {
      if (current !== undefined) return current.it
      const client = createKafka(connection)
      const producer = client.it.producer({
        // On the producer only: on the client it would break the search for coordinators.
        retry: { retries: 0 },
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
      })
      current = { it: producer, destroy: client.destroy }
      await producer.connect()
      return producer
    },
    drop,
  }
}
