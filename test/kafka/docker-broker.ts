import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KafkaBroker, NoKafka } from './broker.ts'
import { brokerAnswers } from './broker-answers.ts'
import { freePorts } from './free-ports.ts'

const run = promisify(execFile)
const image = 'apache/kafka:4.1.2'

/** Starts a broker in a container, when a Docker engine answers. */
export async function startDockerBroker(): Promise<KafkaBroker | NoKafka> {
  try {
    await run('docker', ['info'], { timeout: 5_000 })
  } catch {
    return { skip: 'no Docker engine answers' }
  }
  const { GenericContainer } = await import('testcontainers')
  const [port] = await freePorts()
  const address = `127.0.0.1:${port}`
  const container = await new GenericContainer(image)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment(environment(address))
    .start()
  const start = async () => {
    await run('docker', ['start', container.getId()])
    if (!(await brokerAnswers(address, () => true))) throw new Error(`the broker in ${container.getId()} does not answer`)
  }
  await start()
  return {
    address,
    start,
    // The container stays, and with it the data.
    stop: async (signal = 'SIGTERM') => void (await run('docker', ['kill', '--signal', signal, container.getId()])),
    async [Symbol.asyncDispose]() {
      await container.stop()
    },
  }
}

function environment(address: string): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${address}`,
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '4',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: '4',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
  }
}
