import type { StepVerdict } from '@leadline/connectors'
import { createDestinations, defaultBreakerPolicy } from '@leadline/destinations'
import { type LeadId, namedRetryPolicies, newLeadId } from '@leadline/domain'
import { type Clock, runProcessor, systemClock } from '@leadline/engine'
import { type LeadCompleted, openCodec, topicNames, topicSpecs } from '@leadline/events'
import type { Flow, Flows, Step } from '@leadline/flows'
import { acceptLead, receivedRecord } from '@leadline/intake'
import { standardFieldTypes } from '@leadline/language'
import { createMemoryCluster, openMemoryLog } from '@leadline/log'
import { retrierProcessor } from '@leadline/retrier'
import { releaseRecords } from '@leadline/walk'
import { destinationLimits, intakeProcessor, stepProcessor } from '@leadline/worker'

export const topics = topicNames('t.')
export const answered: StepVerdict = {
  conclusion: { type: 'success', appended: {}, price: null, reference: null },
  rule: 'ok',
  destination: 'x:1',
  exchange: null,
}
export const unavailable: StepVerdict = {
  ...answered,
  conclusion: {
    type: 'error',
    error: { code: 'DESTINATION_UNAVAILABLE', class: 'system', retryable: true, reason: 'down', retryAfterMs: null },
  },
  rule: 'unavailable',
}

export type Call = (call: { readonly lead: unknown }) => Promise<StepVerdict>

/** One flow for each destination, named like it, with one step that calls it. */
export function flowsOf(
  calls: Readonly<Record<string, Call>>,
  change: { limits?: Partial<Step['limits']>; order?: Step['order']; orderBy?: string } = {},
): Flows {
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
      order: change.order ?? 'overtake',
      limits: { concurrency: null, ratePerSecond: null, quota: null, ...change.limits },
      caps: [],
      action: { destination: `${name}:443`, run: ({ view }) => run({ lead: view.lead }) },
    }
    return [
      name,
      {
        name,
        title: name,
        version: 'v',
        file: name,
        sources: new Map(),
        steps: [step],
        dedupe: null,
        fields: standardFieldTypes,
        settings: {},
        gates: new Map(),
        orderBy: change.orderBy ?? null,
      },
    ]
  })
  return { byName: new Map(flows), pools: ['default'], secrets: [] }
}

export async function startSystem(flows: Flows, inFlight = 512, shared = createMemoryCluster(), clock: Clock = systemClock) {
  const log = await openMemoryLog({ shared })
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 3 }))
  const codec = await openCodec({ encoding: 'avro' })
  const destinations = createDestinations({
    limits: destinationLimits(flows, inFlight),
    clock,
    breaker: { ...defaultBreakerPolicy, openMs: 300 },
  })
  const tools = { flows, codec, topics, destinations, now: clock.now, decided: () => undefined }
  const processors = [intakeProcessor(tools), stepProcessor({ ...tools, pool: 'default' }), retrierProcessor(tools)]
  const taken = releaseRecords(codec)
  const running = await Promise.all(
    processors.map((processor) => runProcessor({ processor, log, clock, taken, limits: { inFlight, flushIntervalMs: 5 } })),
  )
  const countOf = async (topic: string): Promise<number> => {
    const ends = await log.ends(topic)
    return ends.reduce((sum, { start, end }) => sum + end - start, 0)
  }
  return {
    countOf,
    send: async (name: string, count: number, fields: readonly Record<string, string>[] = []): Promise<void> => {
      const flow = flows.byName.get(name)
      if (flow === undefined) throw new Error(name)
      const records = Array.from({ length: count }, (_, index) => {
        const its = fields[index] ?? {}
        const event = acceptLead({
          flow,
          source: 's',
          leadId: newId(),
          fields: its,
          origin: 'http',
          receivedAt: clock.now(),
          traceparent: null,
        })
        return receivedRecord(event, { codec, topics }, flow)
      })
      await log.append(records)
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
export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function eventually(holds: () => Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const end = Date.now() + deadlineMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${holds.toString()}`)
    await wait(10)
  }
}
