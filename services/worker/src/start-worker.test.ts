import { setTimeout as delay } from 'node:timers/promises'
import { LeadlineError } from '@leadline/domain'
import { openCodec, topicSpecs } from '@leadline/events'
import type { Flow, Flows } from '@leadline/flows'
import { receivedRecord } from '@leadline/intake'
import { compileRules } from '@leadline/language'
import { type Log, openMemoryLog } from '@leadline/log'
import { createEvents, createLogger, createMetrics } from '@leadline/service'
import { describe, expect, it, vi } from 'vitest'
import { startWorker } from './start-worker.ts'
import { accept, flowsWith, type Run, received, topics } from './worker-scenario.ts'

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

/** The parts of a worker on a log in memory whose caps topic cannot be asked about `failures` times. */
async function partsWhileLogIsAway(failures: number) {
  const inner = await openMemoryLog()
  await inner.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 1 }))
  let left = failures
  const asked = vi.fn()
  const log: Log = {
    ...inner,
    ends: async (topic) => {
      if (topic !== topics.caps) return inner.ends(topic)
      asked()
      left -= 1
      if (left >= 0) throw new LeadlineError('LOG_UNAVAILABLE', 'no broker answers')
      return inner.ends(topic)
    },
  }
  const events = createEvents({ metrics: createMetrics(), logger: createLogger({ logLevel: 'silent' }, 'test') })
  const codec = await openCodec({ encoding: 'avro' })
  const parts = { flows: flowsWith(accept, {}), log, codec, topics, events, groupPrefix: 't.', inFlight: 8, pools: null }
  return { parts, asked, [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose]() }
}

describe('a worker that starts while the brokers are away', () => {
  it('waits until they answer', async () => {
    await using away = await partsWhileLogIsAway(1)
    await using worker = await startWorker({ ...away.parts, signal: new AbortController().signal })
    expect(away.asked).toHaveBeenCalledTimes(2)
    await expect.poll(() => worker.lanes().length, soon).toBeGreaterThan(0)
  })

  it('gives up when it is told to end', async () => {
    await using away = await partsWhileLogIsAway(Number.POSITIVE_INFINITY)
    const ending = new AbortController()
    const starting = expect(startWorker({ ...away.parts, signal: ending.signal })).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitUntil(() => away.asked.mock.calls.length > 0)
    ending.abort()
    await starting
  })
})

describe('a worker with several pools', () => {
  it('makes no more calls at one time, over all of them, than it is told', async () => {
    let running = 0
    let most = 0
    let made = 0
    const run: Run = async (call) => {
      most = Math.max(most, ++running)
      await delay(20)
      running--
      made++
      return accept(call)
    }
    const flows = inPools(flowsWith(run), ['default', 'bulk'])
    await using log = await openMemoryLog()
    await log.ensureTopics(topicSpecs({ prefix: 't.', pools: flows.pools, partitions: 1 }))
    const codec = await openCodec({ encoding: 'avro' })
    const events = createEvents({ metrics: createMetrics(), logger: createLogger({ logLevel: 'silent' }, 'test') })
    await using _worker = await startWorker({ flows, log, codec, topics, events, groupPrefix: 't.', inFlight: 2, pools: null })
    const leads = flows.pools.flatMap((flow) => Array.from({ length: 6 }, () => ({ ...received(flows, {}), flow })))
    await log.append(leads.map((event) => receivedRecord(event, { codec, topics })))
    await expect.poll(() => made, soon).toBe(leads.length)
    expect(most).toBe(2)
  })
})

/** The flow of `flows` once for each pool, by its name. */
function inPools({ byName, secrets }: Flows, pools: readonly string[]): Flows {
  const of = (flow: Flow, pool: string): Flow => ({ ...flow, name: pool, steps: flow.steps.map((step) => ({ ...step, pool })) })
  const flows = [...byName].flatMap(([name, flow]) => [
    [name, flow] as const,
    ...pools.map((pool) => [pool, of(flow, pool)] as const),
  ])
  return { byName: new Map(flows), pools, secrets }
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
