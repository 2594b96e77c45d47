import { openKafkaLog } from '@leadline/log'
import { createCuttingSockets, endTransaction } from '../../kafka/cutting-sockets.ts'
import { describeKafka } from '../../kafka/shared-kafka.ts'
import { brokerScenarios } from './scenarios.ts'

/** Numbers of the requests by which a member speaks with its group. */
const groupRequests = [11, 12, 14]

await describeKafka('what the simulator models', (brokers) => {
  brokerScenarios('as it is', async () => {
    const sockets = createCuttingSockets()
    const options = { brokers, heartbeatIntervalMs: 100, socketFactory: sockets.factory }
    const open = () => openKafkaLog(options)
    return {
      open,
      openApart: open,
      severalProcesses: true,
      loseNextCommit: (fate) => sockets.cutNext(endTransaction, fate),
      openCutOff: async () => {
        const own = createCuttingSockets()
        const log = await openKafkaLog({ ...options, socketFactory: own.factory, sessionTimeoutMs: 6_000 })
        return { log, cut: () => own.cutAll(groupRequests), mend: () => own.cutAll([]) }
      },
      async [Symbol.asyncDispose]() {},
    }
  })
})
