import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { startJvmBroker } from './jvm-broker.ts'
import { kafkaVersion } from './kafka-jars.ts'

// A broker in the foreground, for trying things out: node test/kafka/start-broker.ts [--port 9092]
const { values } = parseArgs({ options: { port: { type: 'string', default: '9092' } } })
const broker = await startJvmBroker({ port: Number(values.port) })
if ('skip' in broker) {
  console.error(`no broker: ${broker.skip}`)
  process.exitCode = 1
} else {
  console.log(`Kafka ${kafkaVersion} on ${broker.address} (KAFKA_BROKERS=${broker.address}); Ctrl-C ends it and forgets its data`)
  const keepAlive = setInterval(() => {}, 60_000)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  clearInterval(keepAlive)
  await broker[Symbol.asyncDispose]()
}
