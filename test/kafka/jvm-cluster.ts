import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NoKafka } from './broker.ts'
import { brokerAnswers } from './broker-answers.ts'
import { freePortList } from './free-ports.ts'
import { type JvmNode, prepareJvmNode } from './jvm-node.ts'
import { kafkaJars } from './kafka-jars.ts'

/** One broker of the cluster. */
export interface ClusterNode extends Pick<JvmNode, 'stop' | 'signal' | 'running'> {
  readonly id: number
  /** Starts it when it was stopped; resolves when it answers. */
  start(): Promise<void>
}

/** Three KRaft nodes, brokers and controllers in one; everything is kept three times and acknowledged by two. */
export interface JvmCluster extends AsyncDisposable {
  readonly nodes: readonly ClusterNode[]
  /** Addresses that lead to the brokers directly, for whoever must not be disturbed. */
  readonly direct: string
  /** Starts every node that was stopped; resolves when they know each other again. */
  startAll(): Promise<void>
}

export interface ClusterOptions {
  /** Tells the port by which clients shall reach the broker that listens on `port`: that of a proxy, for instance. */
  readonly advertise: (port: number) => Promise<number>
}

interface NodePorts {
  readonly id: number
  readonly client: number
  readonly advertised: number
  readonly internal: number
  readonly controller: number
}

const heapMegabytes = 384
const size = 3

/** Starts the cluster from Kafka's own jars on free ports of 127.0.0.1; its data is gone after disposal. */
export async function startJvmCluster({ advertise }: ClusterOptions): Promise<JvmCluster | NoKafka> {
  const jars = await kafkaJars()
  if ('skip' in jars) return jars
  await using opened = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'leadline-cluster-'))
  opened.defer(() => rm(directory, { recursive: true, force: true }))
  const clusterId = randomBytes(16).toString('base64url')
  const ports = await pickPorts(advertise)
  const nodes: ClusterNode[] = await Promise.all(
    ports.map(async (own) => {
      const home = join(directory, String(own.id))
      await mkdir(home)
      const properties = nodeProperties(own, ports)
      const node = await prepareJvmNode({
        jars: jars.folder,
        directory: home,
        properties,
        clusterId,
        heapMegabytes,
        compile: 'quick',
      })
      return clusterNode(own, node)
    }),
  )
  const direct = ports.map(({ internal }) => `127.0.0.1:${internal}`).join(',')
  const startAll = async () => {
    await Promise.all(nodes.map((node) => node.start()))
    const alive = () => nodes.every((node) => node.running())
    if (!(await brokerAnswers(direct, alive, size))) throw new Error('the brokers of the cluster do not find each other')
  }
  opened.defer(async () => void (await Promise.all(nodes.map((node) => node.stop('SIGKILL')))))
  await startAll()
  const held = opened.move()
  return { nodes, direct, startAll, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

function clusterNode({ id, internal }: NodePorts, node: JvmNode): ClusterNode {
  const { stop, signal, running } = node
  return {
    id,
    stop,
    signal,
    running,
    async start() {
      if (!running()) node.launch()
      if (await brokerAnswers(`127.0.0.1:${internal}`, running)) return
      const how = running() ? 'does not answer' : 'has ended'
      throw new Error(`broker ${id} was started and ${how}:\n${await node.lastWords()}`)
    },
  }
}

async function pickPorts(advertise: ClusterOptions['advertise']): Promise<NodePorts[]> {
  const free = await freePortList(size * 3)
  const take = () => free.pop() ?? 0
  const ports: NodePorts[] = []
  for (let id = 1; id <= size; id++) {
    const client = take()
    ports.push({ id, client, advertised: await advertise(client), internal: take(), controller: take() })
  }
  return ports
}

function nodeProperties(own: NodePorts, all: readonly NodePorts[]): Record<string, string | number | boolean> {
  const { id, client, advertised, internal, controller } = own
  return {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': all.map((node) => `${node.id}@127.0.0.1:${node.controller}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    listeners: `CLIENT://127.0.0.1:${client},INTERNAL://127.0.0.1:${internal},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${advertised},INTERNAL://127.0.0.1:${internal}`,
    'listener.security.protocol.map': 'CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'default.replication.factor': size,
    'min.insync.replicas': 2,
    'offsets.topic.replication.factor': size,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': size,
    'transaction.state.log.min.isr': 2,
    'transaction.state.log.num.partitions': 6,
    'share.coordinator.state.topic.replication.factor': size,
    'share.coordinator.state.topic.min.isr': 2,
    // A broker that was killed is noticed in seconds, as on a cluster that is tuned for it.
    'broker.session.timeout.ms': 6_000,
    'broker.heartbeat.interval.ms': 1_000,
    'group.initial.rebalance.delay.ms': 0,
    'group.consumer.min.session.timeout.ms': 6_000,
    'group.consumer.session.timeout.ms': 10_000,
    'group.consumer.min.heartbeat.interval.ms': 500,
    'group.consumer.heartbeat.interval.ms': 1_000,
    'auto.create.topics.enable': false,
    'num.io.threads': 4,
    'num.network.threads': 2,
    'num.replica.fetchers': 1,
  }
}
