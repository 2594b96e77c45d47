import type { StepVerdict } from '@leadline/connectors'
import { createDestinations, defaultBreakerPolicy } from '@leadline/destinations'
import { type LeadId, namedRetryPolicies, newLeadId } from '@leadline/domain'
import { runProcessor, systemClock } from '@leadline/engine'
import { type LeadCompleted, openCodec, topicNames, topicSpecs } from '@leadline/events'
import type { Flow, Flows, Step } from '@leadline/flows'
import { acceptLead, receivedRecord } from '@leadline/intake'
import { openMemoryLog } from '@leadline/log'
import { retrierProcessor } from '@leadline/retrier'
import { destinationLimits, intakeProcessor, stepProcessor } from '@leadline/worker'
import { describe, expect, it } from 'vitest'

const topics = topicNames('t.')
const answered: StepVerdict = {
  conclusion: { type: 'success', appended: {}, price: null, reference: null },
  rule: 'ok',
  destination: 'x:1',
  exchange: null,
}
const unavailable: StepVerdict = {
  ...answered,
  conclusion: {
    type: 'error',
    error: { code: 'DESTINATION_UNAVAILABLE', class: 'system', retryable: true, reason: 'down', retryAfterMs: null },
  },
  rule: 'unavailable',
}

type Call = () => Promise<StepVerdict>

/** One flow for each destination, named like it, with one step that calls it. */
function flowsOf(calls: Readonly<Record<string, Call>>, limits: Partial<Step['limits']> = {}): Flows {
  const flows = Object.entries(calls).map(([name, run]): [string, Flow] => {
    const step: Step = {
      name: 'deliver',
      connector: 'http',
      connectorRevision: 'r',
      role: 'decides',
      pool: 'default',
      append: 'deliver',
      retry: namedRetryPolicies.blip,
      onError: 'stop',
      onFailure: 'continue',
      limits: { concurrency: null, ratePerSecond: null, quota: null, ...limits },
      action: { destination: `${name}:443`, run },
    }
    return [name, { name, title: name, version: 'v', file: name, sources: new Map(), steps: [step], dedupe: null }]
  })
  return { byName: new Map(flows), pools: ['default'], secrets: [] }
}

async function startSystem(flows: Flows, inFlight = 512) {
  const log = await openMemoryLog()
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 3 }))
  const codec = await openCodec({ encoding: 'avro' })
  const destinations = createDestinations({
    limits: destinationLimits(flows, inFlight),
    clock: systemClock,
    breaker: { ...defaultBreakerPolicy, openMs: 300 },
  })
  const tools = { flows, codec, topics, destinations, now: Date.now }
  const processors = [
    intakeProcessor(tools),
    stepProcessor({ ...tools, pool: 'default', decided: () => undefined }),
    retrierProcessor(tools),
  ]
  const running = await Promise.all(
    processors.map((processor) => runProcessor({ processor, log, limits: { inFlight, flushIntervalMs: 5 } })),
  )
  const countOf = async (topic: string): Promise<number> => {
    const ends = await log.ends(topic)
    return ends.reduce((sum, { start, end }) => sum + end - start, 0)
  }
  return {
    countOf,
    send: async (name: string, count: number): Promise<void> => {
      const flow = flows.byName.get(name)
      if (flow === undefined) throw new Error(name)
      const events = Array.from({ length: count }, () =>
        acceptLead({ flow, source: 's', leadId: newId(), fields: {}, origin: 'http', receivedAt: Date.now(), traceparent: null }),
      )
      await log.append(events.map((event) => receivedRecord(event, { codec, topics })))
    },
    completed: async (name: string): Promise<LeadCompleted[]> => {
      const found: LeadCompleted[] = []
      for (const { partition, start, end } of await log.ends(topics.completed)) {
        if (start === end) continue
        for await (const batch of log.read({ topic: topics.completed, partition, from: start, to: end })) {
          for (const { value } of batch) found.push(await codec.decode('lead-completed', value ?? Buffer.alloc(0)))
        }
      }
      return found.filter((event) => event.flow === name)
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map((processor) => processor.close()))
      destinations.close()
    },
  }
}

let made = 0
const newId = (): LeadId => newLeadId(Date.now(), Buffer.from(`lead${String(made++).padStart(6, '0')}`))
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function eventually(holds: () => Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${holds.toString()}`)
    await wait(10)
  }
}

describe('a destination that is down', () => {
  it('costs its leads no more attempts than it took to notice, nothing is dead-lettered, and all is delivered when it is back', async () => {
    let isDown = true
    let calls = 0
    const bad: Call = async () => {
      calls++
      return isDown ? unavailable : answered
    }
    await using system = await startSystem(flowsOf({ good: async () => answered, bad }))
    await system.send('bad', 100)
    await eventually(async () => calls >= 5)
    await wait(100)
    const callsToNotice = calls
    await system.send('bad', 100)
    await system.send('good', 100)

    await eventually(async () => (await system.completed('good')).length === 100, 2_000)
    await wait(1_500)
    expect(calls - callsToNotice).toBeLessThan(15)
    isDown = false

    await eventually(async () => (await system.completed('bad')).length === 200)
    expect(await system.countOf(topics.deadLetters)).toBe(0)
    expect((await system.completed('bad')).every(({ outcome }) => outcome === 'success')).toBe(true)
  }, 30_000)
})

describe('a destination that is slow', () => {
  it('has its share of the calls in flight, and the others keep theirs', async () => {
    let slowCalls = 0
    const never = new Promise<StepVerdict>(() => {})
    const slow: Call = () => {
      slowCalls++
      return never
    }
    await using system = await startSystem(flowsOf({ good: async () => answered, slow }), 128)
    await system.send('slow', 1_000)
    await eventually(async () => slowCalls > 0)
    await system.send('good', 300)
    await eventually(async () => (await system.completed('good')).length === 300, 3_000)
    expect(slowCalls).toBe(64)
  }, 30_000)
})

describe('a destination with a rate', () => {
  it('is never called faster, and its backlog comes through at that rate', async () => {
    const times: number[] = []
    const limited: Call = async () => {
      times.push(Date.now())
      return answered
    }
    await using system = await startSystem(flowsOf({ limited }, { ratePerSecond: 50 }))
    await system.send('limited', 200)
    await eventually(async () => (await system.completed('limited')).length === 200)
    const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length))
    // A full bucket, then one second's worth.
    expect(most).toBeLessThanOrEqual(101)
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_500)
  }, 30_000)
})
