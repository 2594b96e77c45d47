import { spawn } from 'node:child_process'
import { root } from '../acceptance/processes.ts'

export interface Filling {
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly count: number
}

/** Has so many leads put on the work topic by a process of its own, whose memory is not the worker's. */
export async function fillWorkApart(filling: Filling): Promise<void> {
  await startFiller(filling, {})
}

/** Has so many leads parked by a process of its own, due within a minute from `firstDueAt`. */
export async function fillParkedApart(filling: Filling, firstDueAt: number): Promise<void> {
  await startFiller(filling, { FIRST_DUE_AT: String(firstDueAt) })
}

async function startFiller({ brokers, prefix, count }: Filling, more: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [`${root}test/bench/filler.ts`], {
    env: { KAFKA_BROKERS: brokers.join(','), TOPIC_PREFIX: prefix, COUNT: String(count), ...more },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`the process that fills a topic ended with ${code}`)
}
