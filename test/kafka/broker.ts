import { startDockerBroker } from './docker-broker.ts'
import { type JvmBrokerOptions, startJvmBroker } from './jvm-broker.ts'

/** A Kafka broker for tests; its address stays the same over restarts, its data too. */
export interface KafkaBroker extends AsyncDisposable {
  /** host:port, several separated by commas. */
  readonly address: string
  /** Ends the broker: cleanly, or as a power cut would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts a stopped broker; resolves when it answers. */
  start(): Promise<void>
}

export interface NoKafka {
  readonly skip: string
}

/** A broker in the order: KAFKA_BROKERS, a Docker engine, a JVM with Maven; else the reason why there is none. */
export async function requireKafka(): Promise<KafkaBroker | NoKafka> {
  const given = process.env['KAFKA_BROKERS']
  return given === undefined || given === '' ? await requireOwnKafka() : givenBroker(given)
}

/** A broker nobody else uses, that a test may kill. One in a container gives members of groups up as Kafka does unless told: after 45 s. */
export async function requireOwnKafka(options: Pick<JvmBrokerOptions, 'groupSessionMs'> = {}): Promise<KafkaBroker | NoKafka> {
  const docker = await startDockerBroker()
  if (!('skip' in docker)) return docker
  const jvm = await startJvmBroker(options)
  return 'skip' in jvm ? { skip: `no Kafka: ${docker.skip}; ${jvm.skip}` } : jvm
}

function givenBroker(address: string): KafkaBroker {
  const refuse = () => Promise.reject(new Error('the broker of KAFKA_BROKERS is not ours to stop or start'))
  return { address, stop: refuse, start: refuse, async [Symbol.asyncDispose]() {} }
}
