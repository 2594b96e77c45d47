import { unavailable } from '../log-errors.ts'
import { type BrokerAddress, connectBroker, type WireOptions } from './wire/broker-connection.ts'
import { type TopicRights, topicRightsCall } from './wire/topic-rights-call.ts'

/** Asks the first broker that answers what this login may do with the topics, over a connection of its own. */
export async function askTopicRights(
  bootstrap: readonly BrokerAddress[],
  options: WireOptions,
  topics: readonly string[],
): Promise<TopicRights> {
  let reason: unknown
  for (const address of bootstrap) {
    try {
      const connection = await connectBroker(address, options)
      try {
        return await connection.request(topicRightsCall(topics))
      } finally {
        connection.close()
      }
    } catch (error) {
      reason = error
    }
  }
  throw unavailable('tell the rights on topics', reason)
}
