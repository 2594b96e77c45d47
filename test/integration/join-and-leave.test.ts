import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { type Codec, openCodec, topicNames } from '@leadline/events'
import { type Log, openKafkaLog } from '@leadline/log'
import { expect, it } from 'vitest'
import { openPartner } from '../../examples/01-demo/partner.ts'
import { checkOutcomes } from '../acceptance/check-outcomes.ts'
import { freePort, isReady, startProcess, until } from '../acceptance/processes.ts'
import { benchFlow } from '../bench/bench-flow.ts'
import { receivedLead } from '../bench/received-lead.ts'
import { orphanLines, readLogLines } from '../chaos/read-log-lines.ts'
import { describeKafka } from '../kafka/shared-kafka.ts'
import { readMetrics } from '../soak/read-metrics.ts'

const withinMs = 120_000
/** Leads at a time, and between two times: more than one worker can do, so that there is always one being called for. */
const [burst, everyMs] = [40, 100]

/** Puts leads on the topic until it is told to stop, each again until the log has it; answers their ids. */
async function feed(
  log: Log,
  { topic, codec, signal }: { topic: string; codec: Codec; signal: AbortSignal },
): Promise<Set<string>> {
  const accepted = new Set<string>()
  while (!signal.aborted) {
    const leads = Array.from({ length: burst }, (_, index) => receivedLead(accepted.size + index, codec, topic))
    const records = leads.map(({ record }) => record)
    while (
      !(await log.append(records).then(
        () => true,
        () => false,
      ))
    )
      await delay(everyMs)
    for (const { leadId } of leads) accepted.add(leadId)
    await delay(everyMs)
  }
  return accepted
}

await describeKafka('workers of one group under load', (brokers) => {
  it('call the outside once for each lead while one joins and another leaves, with transactions of the group', async () => {
    const { calls, leads, orphans } = await joinAndLeave(brokers, 'group')
    expect({ calls, orphans }).toEqual({ calls: leads, orphans: 0 })
  }, 400_000)

  // Kafka's older groups take partitions away from whoever has calls under way.
  it('know of each call that the outside sees again, with transactions of lanes', async () => {
    const { calls, leads, orphans } = await joinAndLeave(brokers, 'lanes')
    expect(calls - leads).toBeLessThanOrEqual(orphans)
  }, 400_000)
})

/** One worker joins another under load, which then leaves: each lead has one outcome. */
async function joinAndLeave(
  brokers: readonly string[],
  transactions: 'group' | 'lanes',
): Promise<{ calls: number; leads: number; orphans: number }> {
  await using opened = new AsyncDisposableStack()
  const directory = mkdtempSync(`${tmpdir()}/leadline-join-`)
  opened.defer(() => rm(directory, { recursive: true }))
  const partner = await openPartner({ behaviour: 'accept', delayMs: 50 })
  opened.defer(() => partner.close())
  writeFileSync(`${directory}/bench.yaml`, benchFlow(partner.url, 1))
  const prefix = `join-${randomUUID().slice(0, 8)}.`
  const log = opened.use(await openKafkaLog({ brokers }))
  const codec = await openCodec({ encoding: 'avro' })
  const env = {
    ...{ KAFKA_BROKERS: brokers.join(','), KAFKA_TRANSACTIONS: transactions, TOPIC_PREFIX: prefix },
    ...{ LEADLINE_FLOWS: directory, ALLOW_PRIVATE_DESTINATIONS: 'loopback', IN_FLIGHT: '64' },
  }
  const startWorker = async (name: string) => {
    const port = await freePort()
    const its = { ...env, HEALTH_PORT: String(port) }
    const { kill } = startProcess({ name, script: 'services/worker/src/main.ts', env: its, logDirectory: directory })
    opened.defer(() => kill('SIGTERM'))
    await until(`${name} is ready`, isReady(port), withinMs)
    return { end: () => kill('SIGTERM'), metrics: () => readMetrics(port) }
  }

  const first = await startWorker('first')
  const stop = new AbortController()
  opened.defer(() => stop.abort())
  const feeding = feed(log, { topic: topicNames(prefix).received, codec, signal: stop.signal })
  await until('calls are made', async () => partner.stats().calls > 100, withinMs)
  const second = await startWorker('second')
  await until('the second has lanes', async () => (await second.metrics()).lanes > 0, withinMs)
  const callsOfBoth = partner.stats().calls + 200
  await until('both work', async () => partner.stats().calls > callsOfBoth, withinMs)
  await first.end()
  const callsOfSecond = partner.stats().calls + 200
  await until('the second works on', async () => partner.stats().calls > callsOfSecond, withinMs)
  stop.abort()
  const accepted = await feeding
  const verdict = () => checkOutcomes(log, codec, prefix, accepted)
  await until('every lead is completed', async () => (await verdict()).lost.length === 0, withinMs)

  const leads = accepted.size
  expect(await verdict()).toMatchObject({ completed: leads, outcomes: leads, completedTwice: [], outcomesTwice: [] })
  const { calls } = partner.stats()
  await second.end()
  const logs = await Promise.all(['first', 'second'].map((name) => readLogLines(`${directory}/${name}.log`)))
  const orphans = orphanLines(logs.flat(), topicNames(prefix).steps('default'))
  return { calls, leads, orphans: orphans.reduce((sum, line) => sum + line.calls, 0) }
}
