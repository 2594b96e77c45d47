import type { StepVerdict } from '@leadline/connectors'
import { createDestinations } from '@leadline/destinations'
import { type LeadId, namedRetryPolicies, newLeadId } from '@leadline/domain'
import { runProcessor, systemClock } from '@leadline/engine'
import { type Codec, type EventName, type Events, type LeadReceived, openCodec, topicNames, topicSpecs } from '@leadline/events'
import type { Flow, Flows, Step } from '@leadline/flows'
import { acceptLead, receivedRecord } from '@leadline/intake'
import { standardFieldTypes } from '@leadline/language'
import { type Log, type MemoryCluster, openMemoryLog } from '@leadline/log'
import { releaseRecords } from '@leadline/walk'
import { capsProcessor } from './caps.ts'
import { destinationLimits } from './destination-limits.ts'
import { intakeProcessor } from './intake.ts'
import { stepProcessor } from './step.ts'
import { submissionsProcessor } from './submissions.ts'

/** A worker on a log in memory, with a flow of one step whose verdicts the test gives. */
export const topics = topicNames('t.')

export type Run = Step['action']['run']

export function flowsWith(run: Run, over: Partial<Flow> = {}): Flows {
  const step: Step = {
    name: 'deliver',
    connector: 'http',
    connectorRevision: 'r1',
    role: 'decides',
    pool: 'default',
    append: 'deliver',
    retry: namedRetryPolicies.blip,
    onError: 'stop',
    onFailure: 'continue',
    order: 'overtake',
    limits: { concurrency: null, ratePerSecond: null, quota: null },
    caps: [],
    action: { destination: 'partner:443', run },
  }
  const source = { name: 'web', title: 'Web', auth: { type: 'none' } } as const
  const flow: Flow = {
    name: 'demo',
    title: 'Demo',
    version: 'v1',
    file: 'demo.yaml',
    sources: new Map([['web', source]]),
    steps: [step],
    dedupe: null,
    orderBy: null,
    fields: standardFieldTypes,
    settings: {},
    gates: new Map(),
    ...over,
  }
  return { byName: new Map([[flow.name, flow]]), pools: ['default'], secrets: [] }
}

export const accept: Run = async (): Promise<StepVerdict> => ({
  conclusion: { type: 'success', appended: { ok: true }, price: 3, reference: null },
  rule: 'success-status',
  destination: 'partner:443',
  exchange: null,
})

export interface Scenario extends AsyncDisposable {
  readonly log: Log
  readonly codec: Codec
  events<N extends EventName>(name: N, topic: string): Promise<Events[N][]>
}

/** Starts the processors of a worker. Several on one `cluster` are several workers. */
export async function startScenario(flows: Flows, shared?: MemoryCluster): Promise<Scenario> {
  const log = await openMemoryLog(shared === undefined ? {} : { shared })
  await log.ensureTopics(topicSpecs({ prefix: 't.', pools: ['default'], partitions: 3 }))
  const codec = await openCodec({ encoding: 'avro' })
  const destinations = createDestinations({ limits: destinationLimits(flows, 512), clock: systemClock })
  const tools = { flows, codec, topics, destinations, now: Date.now, decided: () => undefined }
  const processors = [
    submissionsProcessor(tools),
    intakeProcessor(tools),
    capsProcessor(tools),
    stepProcessor({ ...tools, pool: 'default' }),
  ]
  const taken = releaseRecords(codec)
  const running = await Promise.all(
    processors.map((processor) => runProcessor({ processor, log, taken, limits: { flushIntervalMs: 2 } })),
  )
  return {
    log,
    codec,
    events: (name, topic) => eventsOf(log, codec, { name, topic }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map((processor) => processor.close()))
    },
  }
}

async function eventsOf<N extends EventName>(
  log: Log,
  codec: Codec,
  { name, topic }: { name: N; topic: string },
): Promise<Events[N][]> {
  const found: Events[N][] = []
  for (const { partition, start, end } of await log.ends(topic)) {
    if (start === end) continue
    for await (const batch of log.read({ topic, partition, from: start, to: end })) {
      for (const record of batch) found.push(await codec.decode(name, record.value ?? Buffer.alloc(0)))
    }
  }
  return found
}

let made = 0

export function received(flows: Flows, fields: Record<string, string>, leadId: LeadId = newId()): LeadReceived {
  const flow = flows.byName.get('demo')
  if (flow === undefined) throw new Error('no flow')
  return acceptLead({ flow, source: 'web', leadId, fields, origin: 'http', receivedAt: Date.now(), traceparent: null })
}

export function newId(): LeadId {
  return newLeadId(Date.now(), Buffer.from(`lead${String(made++).padStart(6, '0')}`))
}

export const receive = ({ log, codec }: Scenario, events: readonly LeadReceived[]): Promise<void> =>
  log.append(events.map((event) => receivedRecord(event, { codec, topics })))

/** Polls until `holds`, fails after two seconds. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 2_000
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
