import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { openCodec, topicNames } from '@leadline/events'
import { openKafkaLog } from '@leadline/log'
import { expect, it } from 'vitest'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { checkOutcomes } from '../acceptance/check-outcomes.ts'
import { isReady, startProcess, until } from '../acceptance/processes.ts'
import { receivedLead } from '../bench/received-lead.ts'
import { freePortsInARow } from '../kafka/free-ports.ts'
import { describeKafka } from '../kafka/shared-kafka.ts'
import { readMetrics } from '../soak/read-metrics.ts'

const partitions = 6
// Submissions, received leads, and the steps of one pool.
const lanesOfAll = partitions * 3
const leads = 300

const flowFile = (partnerUrl: string): string =>
  `flow: bench\nsources: { web: { auth: { apiKey: demo } } }\nsteps: [{ name: deliver, uses: http, with: { method: POST, url: "${partnerUrl}/leads", body: { json: { id: "{{lead.id}}" } } } }]\n`

/** The service `worker` with WORKERS=2; what it started, and when, is in its log. */
async function startWorkers(more: Readonly<Record<string, string>>, partnerUrl: string) {
  const directory = mkdtempSync(`${tmpdir()}/leadline-workers-`)
  writeFileSync(`${directory}/bench.yaml`, flowFile(partnerUrl))
  const port = await freePortsInARow(3)
  const env = {
    ...more,
    ...{ TOPIC_PARTITIONS: String(partitions), LEADLINE_FLOWS: directory },
    ...{ WORKERS: '2', HEALTH_PORT: String(port), ALLOW_PRIVATE_DESTINATIONS: 'loopback' },
  }
  const supervisor = startProcess({ name: 'workers', script: 'services/worker/src/main.ts', env, logDirectory: directory })
  const lines = (): { name: string; msg: string; worker?: number; workerPid?: number }[] =>
    readFileSync(`${directory}/workers.log`, 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line)] : []))
  return {
    ready: isReady(port),
    end: () => supervisor.kill('SIGTERM'),
    lines,
    pidsOf: (worker: number) => lines().flatMap((line) => (line.worker === worker && line.workerPid ? [line.workerPid] : [])),
    lanes: async () => [(await readMetrics(port + 1)).lanes, (await readMetrics(port + 2)).lanes],
    async [Symbol.asyncDispose]() {
      await supervisor.kill('SIGTERM')
      await rm(directory, { recursive: true })
    },
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

await describeKafka('two workers under one supervisor', (brokers) => {
  it.each(['lanes', 'group'])(
    'share the partitions with transactions of %s; one that is killed is started again, and every lead is completed once',
    async (transactions) => {
      const partner = await openPartner({ behaviour: 'accept', delayMs: 50 })
      await using log = await openKafkaLog({ brokers })
      const codec = await openCodec({ encoding: 'avro' })
      const prefix = `workers-${randomUUID().slice(0, 8)}.`
      const place = { KAFKA_BROKERS: brokers.join(','), KAFKA_TRANSACTIONS: transactions, TOPIC_PREFIX: prefix }
      await using workers = await startWorkers(place, partner.url)
      await until('both workers are ready', workers.ready, 120_000)
      await until('both have half of the lanes', async () => (await workers.lanes()).every((n) => n === lanesOfAll / 2), 120_000)

      const fed = Array.from({ length: leads }, (_, index) => receivedLead(index, codec, topicNames(prefix).received))
      await log.append(fed.slice(0, leads / 2).map(({ record }) => record))
      await until('calls are made', async () => partner.stats().calls > 10, 120_000)
      // A worker whose start failed (its port was taken, say) was started again before.
      const [first, second] = [workers.pidsOf(1), workers.pidsOf(2)]
      process.kill(first.at(-1) ?? -1, 'SIGKILL')
      await log.append(fed.slice(leads / 2).map(({ record }) => record))
      const accepted = new Set<string>(fed.map(({ leadId }) => leadId))
      const verdict = () => checkOutcomes(log, codec, prefix, accepted)
      await until('every lead is completed', async () => (await verdict()).lost.length === 0, 120_000)
      await until('both workers are ready again', workers.ready, 120_000)

      expect(await verdict()).toMatchObject({ completed: leads, outcomes: leads, completedTwice: [], outcomesTwice: [] })
      expect(workers.pidsOf(1)).toHaveLength(first.length + 1)
      expect(workers.pidsOf(2)).toEqual(second)
      const names = new Set(workers.lines().map(({ name }) => name))
      expect(names).toEqual(new Set(['worker', 'worker-1', 'worker-2']))
      const running = [...workers.pidsOf(1).slice(-1), ...workers.pidsOf(2).slice(-1)]
      expect(running.map(isAlive)).toEqual([true, true])
      await workers.end()
      expect(running.map(isAlive)).toEqual([false, false])
      await partner.close()
    },
    400_000,
  )
})
