import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kafkaJars } from './kafka-jars.ts'

const run = promisify(execFile)

/** Gives every partition's lead back to the broker that it was made for, with Kafka's own tool. */
export async function electPreferredLeaders(brokers: string): Promise<void> {
  const jars = await kafkaJars()
  if ('skip' in jars) throw new Error(jars.skip)
  await run(
    'java',
    [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(jars.folder, '*')],
      ...['org.apache.kafka.tools.LeaderElectionCommand', '--bootstrap-server', brokers],
      ...['--election-type', 'preferred', '--all-topic-partitions'],
    ],
    { timeout: 120_000 },
  )
}
