import { setTimeout as delay } from 'node:timers/promises'
import { freePort, isReady, startProcess, type TestProcess, until } from '../acceptance/processes.ts'

/** One life of a process: from its start to its end, by whatever signal. Its name is its own, so that its calls and its log can be told apart. */
export interface Life {
  readonly name: string
  readonly startedAt: number
  /** When it was killed with -9; null otherwise. */
  killedAt: number | null
}

/** A place in the installation that one process at a time fills. */
export interface ServiceSlot {
  readonly name: string
  readonly lives: readonly Life[]
  /** Starts a process; resolves when it is ready, or at once when told not to wait. */
  start(wait?: 'until-ready' | 'not'): Promise<void>
  untilReady(): Promise<void>
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** SIGTERM, and SIGKILL so long after it, unless it has ended by itself until then. */
  endThenKill(afterMs: number): Promise<'killed' | 'had ended'>
  freeze(): void
  thaw(): void
}

export interface ServiceSlotOptions {
  readonly name: string
  readonly service: 'gateway' | 'worker' | 'retrier' | 'recorder'
  readonly env: Readonly<Record<string, string>>
  readonly logDirectory: string
  /** Fixed for a gateway, whose callers must find it again. */
  readonly port?: number
  /** Told when a process ends that nobody ended. */
  readonly onUnexpectedEnd: (name: string) => void
}

// How long is told by the recovery times; these only end what would never end, on a machine that is busy with others too.
const readyWithinMs = 300_000
const endWithinMs = 120_000

export function createServiceSlot(options: ServiceSlotOptions): ServiceSlot {
  const { name, service, logDirectory, onUnexpectedEnd } = options
  const lives: Life[] = []
  let running: { process: TestProcess; life: Life; port: number; ending: boolean } | undefined

  const untilReady = async () => {
    if (running !== undefined) await until(`${running.life.name} is ready`, isReady(running.port), readyWithinMs)
  }
  /** Whoever ends the process has it alone. */
  const take = () => {
    const taken = running
    running = undefined
    if (taken !== undefined) taken.ending = true
    return taken
  }
  return {
    name,
    lives,
    untilReady,
    async start(wait = 'until-ready') {
      if (running !== undefined) return
      const port = options.port ?? (await freePort())
      const life: Life = { name: `${name}-${lives.length + 1}`, startedAt: Date.now(), killedAt: null }
      const env = { ...options.env, CALLER: life.name, [options.port === undefined ? 'HEALTH_PORT' : 'PORT']: String(port) }
      const started = startProcess({ name: life.name, script: `services/${service}/src/main.ts`, env, logDirectory })
      const current = { process: started, life, port, ending: false }
      lives.push(life)
      running = current
      void started.exited.then(() => {
        if (!current.ending) onUnexpectedEnd(life.name)
      })
      if (wait === 'until-ready') await untilReady()
    },
    async end(signal) {
      const ended = take()
      if (ended === undefined) return
      if (signal === 'SIGKILL') ended.life.killedAt = Date.now()
      const forced = setTimeout(() => {
        onUnexpectedEnd(`${ended.life.name} (it did not end within ${endWithinMs / 1_000} s of ${signal} and was killed)`)
        ended.life.killedAt = Date.now()
        void ended.process.kill('SIGKILL')
      }, endWithinMs)
      await ended.process.kill(signal)
      clearTimeout(forced)
    },
    async endThenKill(afterMs) {
      const ended = take()
      if (ended === undefined) return 'had ended'
      void ended.process.kill('SIGTERM')
      await Promise.race([ended.process.exited, delay(afterMs)])
      if (!ended.process.alive()) return 'had ended'
      ended.life.killedAt = Date.now()
      await ended.process.kill('SIGKILL')
      return 'killed'
    },
    freeze: () => running?.process.signal('SIGSTOP'),
    thaw: () => running?.process.signal('SIGCONT'),
  }
}
