import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export const root = new URL('../..', import.meta.url).pathname

/** A process of ours under test: its own output file, killed only by its own pid. */
export interface TestProcess {
  readonly name: string
  readonly pid: number
  kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Freezes it, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>
  readonly alive: () => boolean
}

export interface StartOptions {
  readonly name: string
  readonly script: string
  readonly args?: readonly string[]
  /** Of Node itself. */
  readonly nodeArgs?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly logDirectory: string
}

export function startProcess({ name, script, args = [], nodeArgs = [], env, logDirectory }: StartOptions): TestProcess {
  const output = createWriteStream(`${logDirectory}/${name}.log`, { flags: 'a' })
  const child: ChildProcess = spawn(process.execPath, [...nodeArgs, `${root}${script}`, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout?.pipe(output)
  child.stderr?.pipe(output)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    name,
    pid: child.pid ?? -1,
    alive: () => child.exitCode === null && child.signalCode === null,
    exited,
    signal: (signal) => void child.kill(signal),
    kill: async (signal) => {
      child.kill(signal)
      await exited
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Polls until `holds` answers true; throws after `deadlineMs`, naming what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>, deadlineMs: number): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error(`not within ${deadlineMs / 1_000} s: ${what}`)
    await delay(100)
  }
}

export function isReady(port: number): () => Promise<boolean> {
  return async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).status === 200
}
