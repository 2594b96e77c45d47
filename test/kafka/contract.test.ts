import { openKafkaLog } from '@leadline/log'
import { logContract } from '@leadline/log/contract'
import { createCuttingSockets, endTransaction } from './cutting-sockets.ts'
import { describeKafka } from './shared-kafka.ts'

await describeKafka('on a real broker', (brokers) => {
  logContract('Kafka', async () => {
    const sockets = createCuttingSockets()
    const options = { brokers, heartbeatIntervalMs: 100, socketFactory: sockets.factory }
    return {
      open: () => openKafkaLog(options),
      openApart: () => openKafkaLog(options),
      severalProcesses: true,
      loseNextCommit: (fate) => sockets.cutNext(endTransaction, fate),
      async [Symbol.asyncDispose]() {},
    }
  })
})
