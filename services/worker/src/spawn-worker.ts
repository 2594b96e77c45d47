import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Child } from './supervise.ts'

export interface SpawnWorkerOptions {
  readonly script: string
  readonly number: number
  readonly env: NodeJS.ProcessEnv
}

/**
 * Starts this service again as the worker of a number. The two are tied by a channel: the worker tells on it that it works, and
 * ends when it is closed, by us or by our death.
 */
export function spawnWorker({ script, number, env }: SpawnWorkerOptions): Child {
  const args = [...process.execArgv, script, '--number', String(number)]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ready = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()
  child.once('message', () => ready.resolve())
  child.once('exit', (code, signal) => ended.resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]))
  // It could not be started, and will not exit.
  child.once('error', () => child.pid === undefined && ended.resolve(1))
  return {
    pid: child.pid,
    ready: ready.promise,
    ended: ended.promise,
    // Not by a signal: Ctrl-C reaches both of us, and a second signal would cut the draining short.
    end: () => child.connected && child.disconnect(),
    kill: () => child.kill('SIGKILL'),
  }
}

/** The other end of the channel: tells that this worker works, and ends it as SIGTERM would when the channel is closed. */
export function followSupervisor(): Disposable & { tellReady(): void } {
  const end = () => void process.emit('SIGTERM', 'SIGTERM')
  process.once('disconnect', end)
  if (!process.connected) end()
  return {
    tellReady: () => void (process.connected && process.send?.('ready')),
    // The channel keeps the process alive as long as somebody listens to it.
    [Symbol.dispose]: () => process.off('disconnect', end),
  }
}
