import { expect, test } from 'vitest'
import { sendConfirmed } from './send-confirmed.ts'
import type { SizedRecord } from './topic-catalog.ts'

const sized = (topic: string, partition: number): SizedRecord => ({
  topic,
  partition,
  bytes: 10,
  maxMessageBytes: 1_000,
  record: { topic, partition, key: null, value: Buffer.from('v'), headers: {} },
})

/** A producer whose brokers tell of these partitions. */
const answering = (...told: (readonly [string, number])[]) => ({
  sendBatch: async () => told.map(([topicName, partition]) => ({ topicName, partition, errorCode: 0 })),
})

const records = [sized('t', 0), sized('t', 1), sized('u', 0), sized('t', 0)]

test('a send of which every partition was told is a send', async () => {
  await expect(sendConfirmed(answering(['t', 0], ['u', 0], ['t', 1]), records)).resolves.toBeUndefined()
})

test('a send is none when the client resolves without having sent to one of the partitions', async () => {
  const sending = sendConfirmed(answering(['t', 0], ['u', 0]), records)
  await expect(sending).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', message: expect.stringContaining('t/1') })
})
