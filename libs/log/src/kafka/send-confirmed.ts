import type { ProducerBatch, RecordMetadata } from 'kafkajs'
import { unwritable } from '../log-errors.ts'
import { toProducerBatch } from './produce-batches.ts'
import type { SizedRecord } from './topic-catalog.ts'

/**
 * Sends the records and makes sure that the brokers have told of each of them. kafkajs resolves all the same when it left records
 * out: those of partitions that its metadata lacks, and, in a retry after a leader has moved, those whose new leader had answered
 * for other partitions already. Rejects then; some records may have been kept.
 */
export async function sendConfirmed(
  sender: { sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]> },
  records: readonly SizedRecord[],
): Promise<void> {
  const answers = await sender.sendBatch(toProducerBatch(records))
  const confirmed = new Set(answers.map(({ topicName, partition }) => `${topicName}/${partition}`))
  const missing = records.find(({ topic, partition }) => !confirmed.has(`${topic}/${partition}`))
  if (missing !== undefined) {
    throw unwritable(missing.topic, missing.partition, 'the client left its records out')
  }
}
