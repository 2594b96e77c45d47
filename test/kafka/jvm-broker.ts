import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { KafkaBroker, NoKafka } from './broker.ts'
import { brokerAnswers } from './broker-answers.ts'
import { freePorts } from './free-ports.ts'
import { kafkaJars } from './kafka-jars.ts'

const run = promisify(execFile)

/** Starts one KRaft node from Kafka's own jars on a free port of 127.0.0.1, or on `port`; its data is gone after disposal. */
export async function startJvmBroker(options: { port?: number } = {}): Promise<KafkaBroker | NoKafka> {
  const jars = await kafkaJars()
  if ('skip' in jars) return jars
  const [freePort, controllerPort] = await freePorts()
  const port = options.port ?? freePort
  const address = `127.0.0.1:${port}`
  const directory = await mkdtemp(join(tmpdir(), 'leadline-kafka-'))
  const properties = join(directory, 'server.properties')
  await writeFile(properties, serverProperties(directory, port, controllerPort))
  const java = ['-Xmx512m', '-XX:+UseSerialGC', '-Djava.awt.headless=true', '-cp', join(jars.folder, '*')]
  const clusterId = randomBytes(16).toString('base64url')
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties], { timeout: 60_000 })

  let child: ChildProcess | undefined
  const output = join(directory, 'broker.out')
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    running.kill(signal)
    await once(running, 'exit')
  }
  const start = async () => {
    const file = openSync(output, 'a')
    child = spawn('java', [...java, 'kafka.Kafka', properties], { stdio: ['ignore', file, file] })
    const started = child
    const up = await brokerAnswers(address, () => started.exitCode === null && started.signalCode === null)
    if (!up) throw new Error(`the broker on ${address} did not start:\n${(await readFile(output, 'utf8')).slice(-2_000)}`)
  }
  await start()
  return {
    address,
    stop,
    start,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function serverProperties(directory: string, port: number, controllerPort: number): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': join(directory, 'data'),
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
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}
