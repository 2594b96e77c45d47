import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, type LogLane, openSqliteLog } from '@leadline/log'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = join(import.meta.dirname, 'append-forever.ts')
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leadline-log-'))
})
afterEach(() => rm(directory, { recursive: true }))

interface Running {
  readonly child: ChildProcess
  readonly lines: string[]
}

function start(): Running {
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)))
  return { child, lines }
}

async function kill({ child }: Running): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'close')
}

/** The highest number that was acknowledged with this letter. */
const acknowledged = (lines: readonly string[], letter: string) =>
  Math.max(0, ...lines.filter((line) => line.startsWith(letter)).map((line) => Number(line.slice(1))))

async function numbers(log: Log, topic: string): Promise<number[]> {
  const [ends] = await log.ends(topic)
  const batches = await Array.fromAsync(log.read({ topic, partition: 0, from: 0, to: ends?.end ?? 0 }))
  return batches.flat().map(({ value }) => Number(value))
}

async function position(log: Log): Promise<LogLane['position']> {
  const lanes: LogLane[] = []
  const membership = await log.join('group', ['input'], {
    assigned: async (lane) => void lanes.push(lane),
    released: async () => {},
  })
  await expect.poll(() => lanes.length).toBe(1)
  await membership.close()
  return lanes[0]?.position ?? { offset: null, metadata: '' }
}

test('a process killed with -9 loses nothing that it acknowledged, and its records and positions agree', async () => {
  const lines: string[] = []
  for (const wanted of [200, 150, 100]) {
    const running = start()
    await expect.poll(() => running.lines.length).toBeGreaterThan(wanted)
    await kill(running)
    lines.push(...running.lines)
  }

  await using log = await openSqliteLog({ directory })

  const [appended, committed] = [await numbers(log, 'appended'), await numbers(log, 'committed')]
  const { offset, metadata } = await position(log)
  expect(new Set(appended).size).toBeGreaterThanOrEqual(acknowledged(lines, 'a'))
  expect(committed).toEqual(Array.from({ length: committed.length }, (_, index) => index + 1))
  expect(offset).toBe(committed.length)
  expect(metadata).toBe(`${committed.length}`)
  expect(committed.length).toBeGreaterThanOrEqual(acknowledged(lines, 'c'))
})

test('while one process has the log open, another one is refused; when it is killed, the log is free', async () => {
  const running = start()
  await expect.poll(() => running.lines.length).toBeGreaterThan(0)

  await expect(openSqliteLog({ directory })).rejects.toThrow(`open ${directory}: another process has it open`)
  await kill(running)

  const log = await openSqliteLog({ directory })
  await log[Symbol.asyncDispose]()
})
