import { freePort, isReady, startProcess, until } from '../acceptance/processes.ts'
import { readMetrics } from '../soak/read-metrics.ts'
import type { Bench, BenchTools } from './bench.ts'
import { benchFlow } from './bench-flow.ts'
import { compare } from './compare.ts'
import { fillWork } from './fill-work.ts'
import { follow } from './follow.ts'
import { type Installation, install, onKafka } from './installation.ts'
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
    const [two, one]: [number[], number[]] = [[], []]
    for (let round = 0; round < rounds; round++) {
      one.push(await leadsPerSecond(tools, url, 1))
      two.push(await leadsPerSecond(tools, url, 2))
    }
    return [compare({ name: 'two-workers', unit: 'leads/s', values: two, baselines: one, goal: { atLeast: 1 } })]
  },
}

/** From when the first lead is put on the work topic until the last one's completion can be read. */
async function leadsPerSecond(tools: BenchTools, url: string, workers: number): Promise<number> {
  await using installation = await install(onKafka(tools), { flow: benchFlow(url, 1), partitions })
  await using opened = new AsyncDisposableStack()
  const ports = await Promise.all(Array.from({ length: workers }, freePort))
  for (const [index, port] of ports.entries()) {
    const process = startProcess(workerOf(tools, installation, { name: `worker-${index + 1}`, port }))
    opened.defer(() => process.kill('SIGTERM'))
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
  return count / (await secondsFor(installation))
}

async function secondsFor(installation: Installation): Promise<number> {
  const { log, topics } = installation
  const stop = new AbortController()
  const all = Promise.withResolvers<void>()
  let left = count
  const following = follow(log, topics.completed, () => void (--left === 0 && all.resolve()), stop.signal)
  const startedAt = performance.now()
  await fillWork(installation, count)
  await withDeadline(all.promise, () => `${left} of ${count} leads are not completed`)
  const seconds = (performance.now() - startedAt) / 1_000
  stop.abort()
  await following
  return seconds
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
