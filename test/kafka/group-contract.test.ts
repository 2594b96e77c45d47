import { openKafkaLog } from '@leadline/log'
import { logContract } from '@leadline/log/contract'
import { listenForFailures } from './listen-for-failures.ts'
import { createLosingConnections } from './losing-connections.ts'
import { describeKafka } from './shared-kafka.ts'

await describeKafka('on a real broker, transactions fenced by the group', (brokers) => {
  const logger = listenForFailures()
  logContract('Kafka', async () => {
    const losing = createLosingConnections()
    const options = { brokers, heartbeatIntervalMs: 100, transactions: 'group', wrapConnection: losing.wrap, logger } as const
    return {
      open: () => openKafkaLog(options),
      openApart: () => openKafkaLog(options),
      severalProcesses: true,
      loseNextCommit: losing.loseNextCommit,
      async [Symbol.asyncDispose]() {},
    }
  })
})
