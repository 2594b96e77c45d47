import { freePort, isReady, startProcess, until } from '../acceptance/processes.ts'
import { readMetrics } from '../soak/read-metrics.ts'
import type { Bench, BenchTools } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { fillWork } from './fill-work.ts'
import { follow } from './follow.ts'
import { inTurns } from './in-turns.ts'
import { type Installation, install, onKafka } from './installation.ts'
import { warmUpLeads } from './run-steps.ts'
import { withDeadline } from './with-deadline.ts'

const rounds = 3
const count = 20_000
const partitions = 6
// Submissions, received leads, and the steps of one pool.
const lanesOfAll = partitions * 3
const readyWithinMs = 120_000

/** One step at 20 ms per call, by two processes of the worker service in one group, beside one process. */
export const twoWorkers: Bench = {
  names: ['two-workers'],
  async run(tools) {
    const { url } = await tools.sink(20)
    const { values, baselines } = await inTurns(
      rounds,
      () => leadsPerSecond(tools, url, 2),
      () => leadsPerSecond(tools, url, 1),
    )
    return [compare({ name: 'two-workers', unit: 'leads/s', values, baselines, goal: { atLeast: 1 } })]
  },
}

/** Of warm workers, from when all leads are on the work topic until the last one's completion can be read. */
async function leadsPerSecond(tools: BenchTools, url: string, workers: number): Promise<number> {
  await using installation = await install(onKafka(tools), { flow: benchFlow(url, 1), partitions })
  await using opened = new AsyncDisposableStack()
  const ports = await Promise.all(Array.from({ length: workers }, freePort))
  for (const [index, port] of ports.entries()) {
    const worker = startProcess(workerOf(tools, installation, { name: `worker-${index + 1}`, port }))
    opened.defer(() => worker.kill('SIGTERM'))
  }
  await until(
    `${workers} workers have shared the lanes`,
    async () => {
      const ready = await Promise.all(ports.map((port) => isReady(port)()))
      const lanes = await Promise.all(ports.map(async (port) => (await readMetrics(port)).lanes))
      return ready.every(Boolean) && lanes.every((its) => its === lanesOfAll / workers)
    },
    readyWithinMs,
  )
  await workOff(installation, warmUpLeads * workers)
  return await workOff(installation, count)
}

/** Leads per second of those that are left when the last one is on the topic, so that filling it is not measured. */
async function workOff(installation: Installation, count: number): Promise<number> {
  const { log, topics } = installation
  const stop = new AbortController()
  const all = Promise.withResolvers<void>()
  let left = count
  const following = follow(log, topics.completed, () => void (--left === 0 && all.resolve()), stop.signal)
  await fillWork(installation, count)
  const [startedAt, measured] = [performance.now(), left]
  await withDeadline(all.promise, () => `${left} of ${count} leads are not completed`)
  const perSecond = measured / ((performance.now() - startedAt) / 1_000)
  stop.abort()
  await following
  return perSecond
}

function workerOf(
  { brokers, transactions }: BenchTools,
  { prefix, flowsDirectory, directory }: Installation,
  { name, port }: { name: string; port: number },
) {
  const env = {
    KAFKA_BROKERS: brokers.join(','),
    KAFKA_TRANSACTIONS: transactions,
    TOPIC_PREFIX: prefix,
    TOPIC_PARTITIONS: String(partitions),
    LEADLINE_FLOWS: flowsDirectory,
    LEADLINE_DATA: `${directory}/${name}`,
    ALLOW_PRIVATE_DESTINATIONS: 'loopback',
    HEALTH_PORT: String(port),
    LOG_LEVEL: 'warn',
  }
  return { name, script: 'services/worker/src/main.ts', env, logDirectory: directory }
}
