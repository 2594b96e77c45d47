import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaJars } from './kafka-jars.ts'

const run = promisify(execFile)
const fieldEnd = '\u001f'
const recordEnd = '\u001e'

export interface JvmConsume {
  readonly brokers: string
  readonly topic: string
  /** Stops after so many records; without it, after some seconds without any. */
  readonly expected?: number
  /** Large topics: values are left out (told as ""). */
  readonly print?: 'keys-and-values' | 'keys'
}

/** What Kafka's own console consumer reads from a topic, read_committed, from the beginning. Text only; null is told as "null". */
export async function consumeWithJvm({ brokers, topic, expected, print }: JvmConsume): Promise<{ key: string; value: string }[]> {
  const jars = await kafkaJars()
  if ('skip' in jars) throw new Error(jars.skip)
  const properties = {
    'print.key': 'true',
    'print.value': String(print !== 'keys'),
    'key.separator': fieldEnd,
    'line.separator': recordEnd,
  }
  const { stdout } = await run(
    'java',
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars.folder, '*')],
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...['--bootstrap-server', brokers, '--topic', topic, '--from-beginning', '--isolation-level', 'read_committed'],
      ...['--timeout-ms', expected === undefined ? '8000' : '30000'],
      ...(expected === undefined ? [] : ['--max-messages', String(expected)]),
      ...Object.entries(properties).flatMap(([name, value]) => ['--property', `${name}=${value}`]),
    ],
    { maxBuffer: 512 * 1024 * 1024, timeout: 180_000 },
  )
  return stdout
    .split(recordEnd)
    .filter((record) => (print === 'keys' ? record.trim() !== '' : record.includes(fieldEnd)))
    .map((record) => {
      const [key = '', value = ''] = record.split(fieldEnd)
      return { key, value }
    })
}
