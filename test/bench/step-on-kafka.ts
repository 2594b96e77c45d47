import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { newLeadId } from '@leadline/domain'
import { openCodec, type StepWork, topicNames, topicSpecs } from '@leadline/events'
import { type Log, openKafkaLog } from '@leadline/log'
import { createEvents, createLogger, createMetrics, openFlows, readConfig } from '@leadline/service'
import { toRecord } from '@leadline/walk'
import { startWorker } from '@leadline/worker'
import { sampleLead } from '../acceptance/feed-leads.ts'
import { type Measurement, measure } from './measure.ts'
import type { CallPlan } from './raw-calls.ts'

/** One step on Kafka: `count` leads wait on the work topic; measured from the start of the worker's first call to the last completed lead. */
export async function stepOnKafka(brokers: readonly string[], plan: CallPlan): Promise<Measurement> {
  const prefix = `bench-${randomUUID().slice(0, 8)}.`
  const config = readConfig({ LOG_LEVEL: 'error', TOPIC_PREFIX: prefix, ALLOW_PRIVATE_DESTINATIONS: 'loopback' })
  const logger = createLogger(config, 'bench')
  const directory = mkdtempSync(`${tmpdir()}/leadline-bench-`)
  writeFileSync(`${directory}/bench.yaml`, flowFile(plan.url))
  await using loaded = await openFlows({ config: { ...config, flowsDirectory: directory }, env: {} })
  await using log = await openKafkaLog({ brokers })
  await log.ensureTopics(topicSpecs({ prefix, pools: ['default'], partitions: 6 }))
  const codec = await openCodec({ encoding: 'avro' })
  const topics = topicNames(prefix)
  await fill(log, plan.count, (work) => toRecord({ type: 'work', pool: 'default', event: work }, { codec, topics }))
  const events = createEvents({ metrics: createMetrics(), logger })
  const measurement = await measure(plan.count, async () => {
    await using _worker = await startWorker({
      flows: loaded.flows,
      log,
      codec,
      topics,
      events,
      groupPrefix: prefix,
      inFlight: plan.inFlight,
      pools: null,
    })
    await untilCompleted(log, topics.completed, plan.count)
  })
  rmSync(directory, { recursive: true })
  return measurement
}

const flowFile = (url: string): string => `
flow: bench
title: Benchmark
sources: { web: { auth: none } }
steps:
  - name: deliver
    uses: http
    with:
      method: POST
      url: ${url}/leads
      body: { json: { id: "{{lead.id}}", first_name: "{{lead.first_name}}", email: "{{lead.email}}", comment: "{{lead.comment}}" } }
`

async function fill(log: Log, count: number, record: (work: StepWork) => ReturnType<typeof toRecord>): Promise<void> {
  const batch = 2_000
  for (let from = 0; from < count; from += batch) {
    await log.append(Array.from({ length: Math.min(batch, count - from) }, (_, index) => record(workFor(from + index))))
  }
}

function workFor(index: number): StepWork {
  const random = Buffer.alloc(10)
  random.writeUInt32BE(index)
  return {
    leadId: newLeadId(Date.now(), random),
    flow: 'bench',
    flowVersion: '',
    source: 'web',
    receivedAt: Date.now(),
    step: 'deliver',
    generation: 0,
    keyGeneration: 0,
    attempt: 1,
    firstFailedAt: null,
    seq: 1,
    doneSteps: [],
    replayId: null,
    traceparent: null,
    price: null,
    lastOutcome: null,
    lastReason: null,
    lastStep: null,
    lead: JSON.stringify(sampleLead(index)),
    appended: '{}',
  }
}

/** Follows the completions, counted record by record. */
async function untilCompleted(log: Log, topic: string, count: number): Promise<void> {
  const reached = new AbortController()
  let seen = 0
  async function follow(partition: number): Promise<void> {
    for await (const batch of log.read({ topic, partition, from: 0 }, reached.signal)) {
      seen += batch.length
      if (seen >= count) reached.abort()
    }
  }
  await Promise.all((await log.ends(topic)).map(({ partition }) => follow(partition)))
}
