import { spawn } from 'node:child_process'
import { root } from '../acceptance/processes.ts'

export interface Filling {
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly count: number
}

/** Has so many leads put on the work topic by a process of its own, whose memory is not the worker's. */
export async function fillWorkApart({ brokers, prefix, count }: Filling): Promise<void> {
  const child = spawn(process.execPath, [`${root}test/bench/filler.ts`], {
    env: { KAFKA_BROKERS: brokers.join(','), TOPIC_PREFIX: prefix, COUNT: String(count) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`the process that fills the work topic ended with ${code}`)
}
