import { toLeadlineError } from '@leadline/domain'
import { type Config, readConfig } from './config.ts'
import { createEvents, type ServiceEvents } from './events.ts'
import { createHealth, type Health } from './health.ts'
import { keepObjectsYoung } from './keep-young.ts'
import { createLogger, type Logger } from './logger.ts'
import { addProcessMetrics, createMetrics, type Metrics } from './metrics.ts'

/** What every service is started with. */
export interface ServiceContext {
  readonly name: string
  readonly config: Config
  /** Only for what flow files name as `${NAME}`; settings are in `config`. */
  readonly env: NodeJS.ProcessEnv
  readonly logger: Logger
  readonly health: Health
  readonly metrics: Metrics
  readonly events: ServiceEvents
  /** Aborts when the process is told to end, so that a start that still waits gives up. */
  readonly signal: AbortSignal
}

/** The part of `process` that a service lives in. */
export interface ServiceHost {
  readonly env: NodeJS.ProcessEnv
  exitCode?: number | string | null | undefined
  readonly stderr: { write(text: string): unknown }
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown
}

/**
 * Runs a service until SIGTERM or SIGINT, then disposes what `start` returned and lets the event loop empty; a second signal ends at once.
 * A start that fails prints one line with its code and sets exit code 1; it must have disposed what it opened (`await using`).
 */
export async function runService(
  name: string,
  start: (context: ServiceContext) => Promise<AsyncDisposable>,
  host: ServiceHost = process,
): Promise<void> {
  keepObjectsYoung()
  const ending = new AbortController()
  const ended = Promise.withResolvers<void>()
  const end = () => {
    // With our listeners gone, a second signal has its default effect.
    host.off('SIGTERM', end)
    host.off('SIGINT', end)
    ending.abort()
    ended.resolve()
  }
  host.on('SIGTERM', end)
  host.on('SIGINT', end)
  // A promise holds no process: without this, a service without sockets would end at once.
  const alive = setInterval(() => undefined, 2 ** 30)
  let phase: 'starting' | 'running' = 'starting'
  try {
    const context = createContext(name, host, ending.signal)
    await using _running = await start(context)
    phase = 'running'
    context.logger.info('started')
    await ended.promise
    context.health.setReady('process', false, 'shutting down')
    context.logger.info('draining')
  } catch (thrown) {
    // A start that gave up because it was told to is no failure.
    if (phase === 'running' || !ending.signal.aborted) fail(name, host, thrown)
  } finally {
    clearInterval(alive)
    host.off('SIGTERM', end)
    host.off('SIGINT', end)
  }
}

function createContext(name: string, host: ServiceHost, signal: AbortSignal): ServiceContext {
  const config = readConfig(host.env)
  const logger = createLogger(config, name)
  const metrics = createMetrics()
  addProcessMetrics(metrics.registry)
  return {
    name,
    config,
    env: host.env,
    logger,
    health: createHealth(),
    metrics,
    events: createEvents({ metrics, logger }),
    signal,
  }
}

function fail(name: string, host: ServiceHost, thrown: unknown): void {
  const error = toLeadlineError(thrown)
  host.stderr.write(`${name} stopped: ${error.message} [${error.code}]\n`)
  // Without a code of ours it is a bug, and only the stack says where.
  if (error.code === 'UNEXPECTED' && thrown instanceof Error) host.stderr.write(`${thrown.stack}\n`)
  host.exitCode = 1
}
