import { setTimeout as delay } from 'node:timers/promises'
// Mends the timers of kafkajs in this process.
import '@leadline/log'
import kafkajs from 'kafkajs'

// A JVM on a machine that is busy with others takes its time; one that has ended is noticed at once.
const deadlineMs = 600_000

/** Waits until the broker answers a question about itself and knows of at least `wanted` brokers; false when `alive` ends or the time is up. */
export async function brokerAnswers(address: string, alive: () => boolean, wanted = 1): Promise<boolean> {
  const end = Date.now() + deadlineMs
  const client = new kafkajs.Kafka({ brokers: address.split(','), logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 0 } })
  while (Date.now() < end && alive()) {
    const admin = client.admin()
    try {
      await admin.connect()
      const { brokers } = await admin.describeCluster()
      if (brokers.length >= wanted) return true
      await delay(100)
    } catch {
      await delay(100)
    } finally {
      await admin.disconnect()
    }
  }
  return false
}
