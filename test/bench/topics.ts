import { type Admin, Kafka, logLevel } from 'kafkajs'

/** Topics of one benchmark. They go with it: thousands of them would slow the broker down for those that come after. */
export async function createTopics(brokers: readonly string[], names: readonly string[]): Promise<AsyncDisposable> {
  const topics = names.map((topic) => ({ topic, numPartitions: 6 }))
  await administer(brokers, (admin) => admin.createTopics({ topics, waitForLeaders: true }))
  return topicsToDelete(brokers, (name) => names.includes(name))
}

/** Deletes, when it is disposed of, the topics that are there then and that are meant. */
export function topicsToDelete(brokers: readonly string[], means: (name: string) => boolean): AsyncDisposable {
  const deleteThem = async (admin: Admin): Promise<void> =>
    admin.deleteTopics({ topics: (await admin.listTopics()).filter(means) })
  return { [Symbol.asyncDispose]: () => administer(brokers, deleteThem) }
}

async function administer(brokers: readonly string[], work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}
