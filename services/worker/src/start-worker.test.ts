import { openCodec, topicSpecs } from '@leadline/events'
import { receivedRecord } from '@leadline/intake'
import { compileRules } from '@leadline/language'
import { openMemoryLog } from '@leadline/log'
import { createEvents, createLogger, createMetrics } from '@leadline/service'
import { describe, expect, it } from 'vitest'
import { startWorker } from './start-worker.ts'
import { accept, flowsWith, received, topics } from './worker-scenario.ts'

const soon = { timeout: 4_000 }

/** A worker on a log in memory that takes leads of California only, with its metrics. */
async function openMeasuredWorker() {
  await using opened = new AsyncDisposableStack()
  const gates = { mappings: [], acceptance: compileRules('lead.state is CA'), pricing: null, caps: [], hours: null }
  const flows = flowsWith(accept, { gates: new Map([['web', gates]]) })
  const log = await openMemoryLog()
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 1 }))
  const codec = await openCodec({ encoding: 'avro' })
  const metrics = createMetrics()
  const events = createEvents({ metrics, logger: createLogger({ logLevel: 'silent' }, 'test') })
  opened.use(await startWorker({ flows, log, codec, topics, events, groupPrefix: 't.', inFlight: 8, pools: null }))
  const all = opened.move()
  const counts = async (name: string) => {
    const text = await metrics.registry.metrics()
    return Array.from(
      text.matchAll(new RegExp(`^leadline_${name}\\{(.*)\\} (\\d+)$`, 'gm')),
      ([, labels, count]) => `${labels} ${count}`,
    ).sort()
  }
  return { flows, log, codec, counts, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

describe('a worker counts', () => {
  it('leads that end at the gates as it does those that end at a step', async () => {
    await using worker = await openMeasuredWorker()
    const { flows, log, codec } = worker
    const events = ['CA', 'TX', 'TX'].map((state) => received(flows, { state }))
    await log.append(events.map((event) => receivedRecord(event, { codec, topics })))
    await expect
      .poll(() => worker.counts('leads_completed_total'), soon)
      .toEqual(['flow="demo",outcome="failure" 2', 'flow="demo",outcome="success" 1'])
  })

  it('what intake puts to dead letters', async () => {
    await using worker = await openMeasuredWorker()
    const { flows, log, codec } = worker
    const bytes = { key: Buffer.from('k'), value: Buffer.from('no lead'), headers: {} }
    await log.append([
      receivedRecord({ ...received(flows, {}), flow: 'gone' }, { codec, topics }),
      { topic: topics.received, ...bytes },
      { topic: topics.submissions, ...bytes },
    ])
    await expect.poll(() => worker.counts('dead_letters_total'), soon).toEqual(['reason="invalid" 2', 'reason="undecodable" 1'])
  })
})
