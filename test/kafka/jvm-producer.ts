import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { kafkaJars } from './kafka-jars.ts'

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface JvmProduce {
  readonly brokers: string
  readonly topic: string
  readonly compression: Compression
  /** Without line breaks. */
  readonly values: readonly string[]
}

/** Appends the values, without keys, with Kafka's own console producer. Rejects when the brokers did not take them all. */
export async function produceWithJvm({ brokers, topic, compression, values }: JvmProduce): Promise<void> {
  const jars = await kafkaJars()
  if ('skip' in jars) throw new Error(jars.skip)
  const child = spawn(
    'java',
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars.folder, '*')],
      ...['org.apache.kafka.tools.ConsoleProducer', '--bootstrap-server', brokers, '--topic', topic],
      // Its own option: a producer's property of this name is overruled by it.
      ...['--compression-codec', compression, '--producer-property', 'linger.ms=200'],
    ],
    { stdio: ['pipe', 'ignore', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000)
  })
  const exited = once(child, 'exit')
  child.stdin.end(values.map((value) => `${value}\n`).join(''))
  const [exitCode, signal]: unknown[] = await exited
  if (exitCode !== 0 || said.includes('ERROR')) throw new Error(`the console producer ended with ${exitCode ?? signal}:\n${said}`)
}
