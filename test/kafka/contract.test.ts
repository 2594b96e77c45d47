import { openKafkaLog } from '@leadline/log'
import { logContract } from '@leadline/log/contract'
import { createCuttingSockets, endTransaction } from './cutting-sockets.ts'
import { listenForFailures } from './listen-for-failures.ts'
import { describeKafka } from './shared-kafka.ts'

await describeKafka('on a real broker', (brokers) => {
  const logger = listenForFailures()
  logContract('Kafka', async () => {
    const sockets = createCuttingSockets()
    const options = { brokers, heartbeatIntervalMs: 100, socketFactory: sockets.factory, logger }
    return {
      open: () => openKafkaLog(options),
      openApart: () => openKafkaLog(options),
      severalProcesses: true,
      loseNextCommit: (fate) => sockets.cutNext(endTransaction, fate),
      async [Symbol.asyncDispose]() {},
    }
  })
})
