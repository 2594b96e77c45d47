import { unavailable } from '../log-errors.ts'
import { type BrokerAddress, connectBroker, questionMs, type WireCall, type WireOptions } from './wire/broker-connection.ts'

/** Asks the first broker that answers, over a connection for this one question. */
export async function askAnyBroker<T>(bootstrap: readonly BrokerAddress[], options: WireOptions, call: WireCall<T>): Promise<T> {
  let reason: unknown
  for (const address of bootstrap) {
    try {
      const connection = await connectBroker(address, options)
      try {
        return await connection.request(call, questionMs)
      } finally {
        connection.close()
      }
    } catch (error) {
      reason = error
    }
  }
  throw unavailable('ask any broker', reason)
}
