import type { Producer } from 'kafkajs'
import type { Sender } from './appender.ts'
import { createBackoff } from './backoff.ts'
import { createKafka, type KafkaConnection, type Owned } from './kafka-client.ts'
import { isRefusal } from './kafka-errors.ts'
import { Partitioners } from './kafkajs-values.ts'
import { sendConfirmed } from './send-confirmed.ts'

const mostTries = 5
const firstRetryMs = 50
const longestRetryMs = 500
const never = new AbortController().signal

/** Tries again by itself, each time whole and with a new producer: a retry of kafkajs forgets records whose leader has moved. */
export function createKafkajsSender(connection: KafkaConnection): Sender {
  const producers = createProducerKeeper(connection)
  return {
    async send(records) {
      const backoff = createBackoff(firstRetryMs, longestRetryMs)
      for (let tries = 1; ; tries++) {
        const producer = await producers.get()
        try {
          return await sendConfirmed(producer, records)
        } catch (error) {
          producers.drop()
          if (tries === mostTries || isRefusal(error)) throw error
          await backoff.wait(never)
        }
      }
    },
    close: producers.drop,
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
      try {
        await producer.connect()
        return producer
      } catch (error) {
        drop()
        throw error
      }
    },
    drop,
  }
}
