import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KafkaBroker, NoKafka } from './broker.ts'
import { brokerAnswers } from './broker-answers.ts'
import { freePorts } from './free-ports.ts'
import { prepareJvmNode } from './jvm-node.ts'
import { kafkaJars } from './kafka-jars.ts'

export interface JvmBrokerOptions {
  readonly port?: number
  /** When a silent member of a group is given up; six seconds unless told, so that a killed one is missed in seconds. */
  readonly groupSessionMs?: number
}

/** Starts one KRaft node from Kafka's own jars on a free port of 127.0.0.1, or on `port`; its data is gone after disposal. */
export async function startJvmBroker(options: JvmBrokerOptions = {}): Promise<KafkaBroker | NoKafka> {
  const jars = await kafkaJars()
  if ('skip' in jars) return jars
  const [freePort, controllerPort] = await freePorts()
  const port = options.port ?? freePort
  const address = `127.0.0.1:${port}`
  const directory = await mkdtemp(join(tmpdir(), 'leadline-kafka-'))
  const node = await prepareJvmNode({
    jars: jars.folder,
    directory,
    properties: { ...properties(port, controllerPort), ...groupProperties(options.groupSessionMs ?? 6_000) },
    clusterId: randomBytes(16).toString('base64url'),
    heapMegabytes: 512,
    compile: 'well',
  })
  const start = async () => {
    node.launch()
    const up = await brokerAnswers(address, node.running)
    if (!up) throw new Error(`the broker on ${address} did not start:\n${await node.lastWords()}`)
  }
  await start()
  return {
    address,
    stop: node.stop,
    start,
    async [Symbol.asyncDispose]() {
      await node.stop('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function properties(port: number, controllerPort: number): Record<string, string | number | boolean> {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    'num.io.threads': 4,
    'num.network.threads': 2,
  }
}

function groupProperties(sessionMs: number): Record<string, number> {
  return {
    'group.consumer.min.session.timeout.ms': sessionMs,
    'group.consumer.session.timeout.ms': sessionMs,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 1_000,
  }
}
