import { eventId, parseLeadId } from '@leadline/domain'
import { type LeadCompleted, type LeadReceived, openCodec, topicNames } from '@leadline/events'
import type { Flow, Flows, SourceAuth } from '@leadline/flows'
import { standardFieldTypes } from '@leadline/language'
import { type Log, openMemoryLog } from '@leadline/log'
import { createEvents, createHealth, createLogger, createMetrics, openServer } from '@leadline/service'
import { openCompletionFeed } from './completion-feed.ts'
import { type GatewayOptions, gatewayRoutes } from './gateway-routes.ts'

const topics = topicNames('t.')
const auths: Readonly<Record<string, SourceAuth>> = {
  web: { type: 'api-key', keys: ['old-sesame', 'sesame'] },
  crm: { type: 'basic', username: 'crm', password: 'pass:word' },
  open: { type: 'none' },
  told: { type: 'none' },
}
export const leadsUrl = '/v1/flows/demo/sources/open/leads'

export interface ScenarioOptions extends Pick<GatewayOptions, 'limits' | 'store'> {
  readonly log?: Log
}

type Ending = Pick<LeadCompleted, 'outcome' | 'reason' | 'price'> & Partial<Pick<LeadCompleted, 'appended'>>

/** A gateway over a log in memory, with what a test looks at; for tests. */
export async function openScenario({ log: given, ...options }: ScenarioOptions = {}) {
  const log = given ?? (await openMemoryLog())
  await log.ensureTopics([topics.received, topics.completed].map(shape))
  const codec = await openCodec({ encoding: 'json' })
  const lines: string[] = []
  const logger = createLogger({ logLevel: 'trace' }, 'gateway', { write: (line) => lines.push(line) })
  const metrics = createMetrics()
  const events = createEvents({ metrics, logger })
  const server = await openServer({ host: '127.0.0.1', port: 0, logger, health: createHealth(), metrics })
  const completions = await openCompletionFeed({ log, codec, topics })
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes))
  await server.app.register(
    gatewayRoutes({ flows: flowsOf(demoFlow()), log, codec, topics, completions, events, now: Date.now, random, ...options }),
  )

  async function received(): Promise<LeadReceived[]> {
    const ends = await log.ends(topics.received)
    const found: LeadReceived[] = []
    for (const { partition, end } of ends) {
      for await (const records of log.read({ topic: topics.received, partition, from: 0, to: end })) {
        for (const { value } of records) if (value) found.push(await codec.decode('lead-received', value))
      }
    }
    return found
  }

  /** The flow of a lead ends, as the worker would report it. */
  async function complete(leadId: string, ending: Ending): Promise<void> {
    const value = codec.encode('lead-completed', completedEvent(leadId, ending))
    await log.append([{ topic: topics.completed, key: Buffer.from(leadId), value, headers: {} }])
  }

  async function close(): Promise<void> {
    await completions.close()
    await server.close()
  }

  return { app: server.app, listen: server.listen, metrics, lines, received, complete, close, [Symbol.asyncDispose]: close }
}

function demoFlow(): Flow {
  const sources = Object.entries(auths).map(
    ([name, auth]) => [name, { name, title: name, auth, ...(name === 'told' && { answer: 'appended' as const }) }] as const,
  )
  return {
    name: 'demo',
    title: 'Demo',
    version: 'abc123abc123',
    file: 'demo.yaml',
    sources: new Map(sources),
    steps: [],
    orderBy: null,
    fields: standardFieldTypes,
    settings: {},
    gates: new Map(),
    dedupe: { fields: ['email'], windowMs: 60_000 },
  }
}

function flowsOf(flow: Flow): Flows {
  return { byName: new Map([[flow.name, flow]]), pools: ['default'], secrets: [] }
}

function shape(name: string) {
  return { name, partitions: 3, cleanup: 'delete', retentionMs: null, maxRecordBytes: 4 * 1024 * 1024 } as const
}

function completedEvent(leadId: string, ending: Ending): LeadCompleted {
  const id = parseLeadId(leadId)
  const walk = { flow: 'demo', flowVersion: 'abc123abc123', source: 'open', generation: 0, seq: 1, step: null, rule: null }
  const rest = {
    receivedAt: 1,
    completedAt: 2,
    replayId: null,
    traceparent: null,
    lead: '{}',
    appended: '{"check":{"status":"ok"}}',
  }
  return { eventId: eventId('completed', id), leadId: id, ...walk, ...rest, ...ending }
}
