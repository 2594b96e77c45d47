import { randomUUID } from 'node:crypto'
import { type Log, openKafkaLog } from '@leadline/log'
import type { Bench } from './bench.ts'
import { compareMeasured } from './compare.ts'
import { type Measurement, measure } from './measure.ts'
import { createTopics } from './topics.ts'

const rounds = 3
const records = 40_000
/** As many as wait for their answer at a time: the posters of a busy gateway. */
const atOnce = 64
const value = Buffer.alloc(1_000, 'lead')

/** Records of 1 KB appended one by one outside of any transaction, as a gateway does: in the way of Kafka 4, beside kafkajs for older brokers. */
export const append: Bench = {
  names: ['append', 'append-cpu'],
  async run({ brokers }) {
    const topic = `bench-append-${randomUUID().slice(0, 8)}`
    await using _topics = await createTopics(brokers, [topic])
    await using group = await openKafkaLog({ brokers, transactions: 'group' })
    await using lanes = await openKafkaLog({ brokers, transactions: 'lanes' })
    const [values, baselines]: [Measurement[], Measurement[]] = [[], []]
    for (const log of [group, lanes]) await appendAll(log, topic)
    for (let round = 0; round < rounds; round++) {
      values.push(await appendAll(group, topic))
      baselines.push(await appendAll(lanes, topic))
    }
    return compareMeasured({
      name: 'append',
      things: 'records',
      ours: values,
      theirs: baselines,
      goals: { speed: { atLeast: 1 }, cpu: { atMost: 1 } },
    })
  },
}

function appendAll(log: Log, topic: string): Promise<Measurement> {
  let next = 0
  const appendOnes = async (): Promise<void> => {
    while (next < records) {
      next++
      await log.append([{ topic, key: Buffer.from(String(next)), value, headers: {} }])
    }
  }
  return measure(records, async () => {
    await Promise.all(Array.from({ length: atOnce }, appendOnes))
  })
}
