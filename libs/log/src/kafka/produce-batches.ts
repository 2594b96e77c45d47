import type { Message, ProducerBatch } from 'kafkajs'
import { batchOverheadBytes, type SizedRecord } from './topic-catalog.ts'

const budgetBytes = 900_000
const requestBytes = 8 * 1024 * 1024

/**
 * Cuts records, in order, into sends that the broker accepts: one send makes one batch per partition, and a batch
 * is limited by its topic's `max.message.bytes`. A record larger than the budget goes alone.
 */
export function cutIntoSends(records: readonly SizedRecord[]): SizedRecord[][] {
  const sends: SizedRecord[][] = []
  let send: SizedRecord[] = []
  let total = 0
  let bytes = new Map<string, number>()
  for (const record of records) {
    const name = `${record.topic}/${record.partition}`
    const inBatch = bytes.get(name) ?? 0
    const limit = Math.min(budgetBytes, record.maxMessageBytes - batchOverheadBytes)
    if (send.length > 0 && ((inBatch > 0 && inBatch + record.bytes > limit) || total + record.bytes > requestBytes)) {
      sends.push(send)
      send = []
      total = 0
      bytes = new Map()
    }
    send.push(record)
    total += record.bytes
    bytes.set(name, (bytes.get(name) ?? 0) + record.bytes)
  }
  return send.length === 0 ? sends : [...sends, send]
}

/** One request to kafkajs; always with explicit partitions: without, a retry loses some messages and doubles others. */
export function toProducerBatch(records: readonly SizedRecord[]): ProducerBatch {
  const byTopic = new Map<string, Message[]>()
  for (const { topic, partition, record } of records) {
    const messages = byTopic.get(topic) ?? []
    byTopic.set(topic, messages)
    messages.push({ partition, key: record.key, value: record.value, headers: { ...record.headers } })
  }
  return { acks: -1, topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })) }
}
