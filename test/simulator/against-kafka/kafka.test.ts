import { type KafkaLogOptions, openKafkaLog } from '@leadline/log'
import { createCuttingSockets, endTransaction } from '../../kafka/cutting-sockets.ts'
import { createLosingConnections } from '../../kafka/losing-connections.ts'
import { describeKafka } from '../../kafka/shared-kafka.ts'
import { type BrokerHarness, brokerScenarios } from './scenarios.ts'

/** Numbers of the requests by which a member speaks with its group: as kafkajs does, and under KIP-848. */
const groupRequests = [11, 12, 14]
const groupHeartbeat = 68

await describeKafka('what the simulator models', (brokers) => {
  const options = { brokers, heartbeatIntervalMs: 100 }
  brokerScenarios('as it is', 'lanes', async () => withLanes(options))
  brokerScenarios('as it is', 'group', async () => withGroup(options))
})

function withLanes(options: KafkaLogOptions): BrokerHarness {
  const sockets = createCuttingSockets()
  const open = () => openKafkaLog({ ...options, transactions: 'lanes', socketFactory: sockets.factory })
  return {
    ...{ open, openApart: open, severalProcesses: true },
    loseNextCommit: (fate) => sockets.cutNext(endTransaction, fate),
    openCutOff: async () => {
      const own = createCuttingSockets()
      const log = await openKafkaLog({ ...options, socketFactory: own.factory, sessionTimeoutMs: 6_000 })
      return { log, cut: () => own.cutAll(groupRequests), mend: () => own.cutAll([]) }
    },
    async [Symbol.asyncDispose]() {},
  }
}

function withGroup(options: KafkaLogOptions): BrokerHarness {
  const losing = createLosingConnections()
  const open = () => openKafkaLog({ ...options, transactions: 'group', wrapConnection: losing.wrap })
  return {
    ...{ open, openApart: open, severalProcesses: true },
    loseNextCommit: losing.loseNextCommit,
    openCutOff: async () => {
      const own = createLosingConnections()
      const log = await openKafkaLog({ ...options, transactions: 'group', wrapConnection: own.wrap })
      return { log, cut: () => own.cutAll([groupHeartbeat]), mend: () => own.cutAll([]) }
    },
    async [Symbol.asyncDispose]() {},
  }
}
