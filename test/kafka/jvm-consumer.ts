import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { kafkaJars } from './kafka-jars.ts'

// Values may be any bytes: only what follows the first three fields is a value, and no value holds the mark at the end.
const fieldEnd = '\u001f'
const recordEnd = '\u001e(end of record)\u001e'

export interface JvmConsume {
  readonly brokers: string
  readonly topic: string
  /** Stops after so many records; without it, after `quietMs` without any: on a busy machine, only whoever reads can tell the end. */
  readonly expected?: number
  readonly quietMs?: number
}

/** As text; null is told as "null". */
export interface JvmRecord {
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly value: string
}

const longestMs = 600_000

/** What Kafka's own console consumer reads from a topic, read_committed, from the beginning; one record at a time, so that no size of a topic is too much. */
export async function* readWithJvm({ brokers, topic, expected, quietMs = 8_000 }: JvmConsume): AsyncGenerator<JvmRecord> {
  const jars = await kafkaJars()
  if ('skip' in jars) throw new Error(jars.skip)
  const properties = {
    'print.partition': 'true',
    'print.offset': 'true',
    'print.key': 'true',
    'key.separator': fieldEnd,
    'line.separator': recordEnd,
  }
  const child = spawn(
    'java',
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars.folder, '*')],
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...['--bootstrap-server', brokers, '--topic', topic, '--from-beginning', '--isolation-level', 'read_committed'],
      ...['--timeout-ms', String(expected === undefined ? quietMs : 30_000)],
      ...(expected === undefined ? [] : ['--max-messages', String(expected)]),
      ...Object.entries(properties).flatMap(([name, value]) => ['--property', `${name}=${value}`]),
    ],
    // What it says besides is about its own end.
    { stdio: ['ignore', 'pipe', 'ignore'], timeout: longestMs, killSignal: 'SIGKILL' },
  )
  const exited = once(child, 'exit')
  try {
    let rest = ''
    // One character for each byte: a value cut in two by a chunk is whole again.
    for await (const chunk of child.stdout.setEncoding('latin1')) {
      const texts = (rest + chunk).split(recordEnd)
      rest = texts.pop() ?? ''
      yield* texts.map(toRecord)
    }
    const [exitCode, signal]: unknown[] = await exited
    if (exitCode !== 0) throw new Error(`the console consumer of ${topic} ended with ${exitCode ?? signal}`)
  } finally {
    child.kill('SIGKILL')
  }
}

export async function consumeWithJvm(options: JvmConsume): Promise<JvmRecord[]> {
  return Array.fromAsync(readWithJvm(options))
}

function toRecord(text: string): JvmRecord {
  const [partition = '', offset = '', key = '', ...value] = text.split(fieldEnd)
  return { partition: numberIn(partition), offset: numberIn(offset), key: utf8(key), value: utf8(value.join(fieldEnd)) }
}

/** "Offset:12" */
function numberIn(field: string): number {
  return Number(field.slice(field.indexOf(':') + 1))
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
