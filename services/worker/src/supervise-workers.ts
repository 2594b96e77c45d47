import { LeadlineError } from '@leadline/domain'
import { systemClock } from '@leadline/engine'
import { openFlows, type ServiceContext, serveHealth } from '@leadline/service'
import { spawnWorker } from './spawn-worker.ts'
import { supervise } from './supervise.ts'

const highestPort = 65_535

/** Runs WORKERS workers as processes of their own until disposed, when all have drained; this one only looks after them. */
export async function superviseWorkers(context: ServiceContext, script: string): Promise<AsyncDisposable> {
  const { config, env, health, events } = context
  const { workers: count, healthPort } = config
  if (config.kafka === null) {
    throw new LeadlineError('CONFIGURATION', 'WORKERS beyond 1 needs KAFKA_BROKERS: the embedded log serves one process')
  }
  const { member } = config.kafka
  if (healthPort !== null && healthPort + count > highestPort) {
    throw new LeadlineError('CONFIGURATION', `HEALTH_PORT leaves no ports for ${count} workers (WORKERS) above it`)
  }
  for (let number = 1; number <= count; number++) health.setReady(`worker-${number}`, false, 'starting')
  await using opened = new AsyncDisposableStack()
  opened.use(await serveHealth(context))
  // A mistake in a flow file stops the start, here too, and is not tried again for ever.
  await using _flows = await openFlows(context)
  const supervisor = supervise({
    count,
    clock: systemClock,
    start: (number) => {
      const port = healthPort === null || healthPort === 0 ? healthPort : healthPort + number
      const healthPortText = port === null ? '' : String(port)
      const own = { WORKERS: '1', HEALTH_PORT: healthPortText, ...(member !== null && { KAFKA_MEMBER: `${member}-${number}` }) }
      return spawnWorker({ script, number, env: { ...env, ...own } })
    },
    observer: {
      started: events.workerStarted,
      ready: (number) => health.setReady(`worker-${number}`, true),
      ended: (number, exitCode, retryInMs) => {
        health.setReady(`worker-${number}`, false, `ended with ${exitCode}, starts again`)
        events.workerEnded(number, exitCode, retryInMs)
      },
    },
  })
  opened.defer(async () => {
    const worst = await supervisor.close()
    if (worst > 0) process.exitCode = worst
  })
  return opened.move()
}
