import { openCodec, type ReplayOrder, topicNames, topicSpecs } from '@leadline/events'
import { openMemoryLog } from '@leadline/log'
import { sampleFlow, sampleFlows } from '@leadline/replay/sample-flow'
import { createHealth, createLogger, createMetrics, openServer } from '@leadline/service'
import { openSqliteStore, type StoredEvent } from '@leadline/store'
import { sampleActivity, sampleCompleted, sampleLeadId, sampleReceived, storedEvents } from '@leadline/store/sample-events'
import { consoleRoutes } from './console-routes.ts'

/** Beyond all sample events. */
export const nowMs = 1_800_000_000_000
const topics = topicNames('leadline.')

/**
 * Lead 1 succeeded, 2 ended as a failure, 3 and 4 in error after `phone` succeeded, 5 is retrying, 6 is queued in another flow.
 */
export const sixLeads: readonly StoredEvent[] = storedEvents([
  ...[1, 2, 3, 4, 5].map((n) => ({ type: 'received' as const, event: sampleReceived({ leadId: sampleLeadId(n) }) })),
  {
    type: 'received',
    event: sampleReceived({
      ...{ leadId: sampleLeadId(6), flow: 'other', source: 'app', invalidFields: ['email'] },
      lead: '{"email":"nobody","ssn":"078051120"}',
    }),
  },
  ...[1, 2, 3, 4].map((n) => ({
    type: 'activity' as const,
    event: sampleActivity({
      leadId: sampleLeadId(n),
      step: 'phone',
      appended: '{"id":9007199254740993}',
      durationMs: 12,
      rule: 'ok',
    }),
  })),
  { type: 'activity', event: sampleActivity({ leadId: sampleLeadId(1), seq: 2 }) },
  { type: 'activity', event: sampleActivity({ leadId: sampleLeadId(2), seq: 2, type: 'step.failed', reason: 'duplicate' }) },
  ...[3, 4].map((n) => ({
    type: 'activity' as const,
    event: sampleActivity({ leadId: sampleLeadId(n), seq: 2, type: 'step.errored', errorClass: 'timeout', fingerprint: 'f1' }),
  })),
  { type: 'activity', event: sampleActivity({ leadId: sampleLeadId(5), step: 'phone', appended: '{"line":"mobile"}' }) },
  {
    type: 'activity',
    event: sampleActivity({
      leadId: sampleLeadId(5),
      seq: 2,
      type: 'retry.scheduled',
      attempt: 2,
      maxAttempts: 6,
      outcome: null,
      dueAt: nowMs,
    }),
  },
  {
    type: 'completed',
    event: sampleCompleted({ leadId: sampleLeadId(1), price: 12.5, appended: '{"phone_data":{"id":9007199254740993}}' }),
  },
  { type: 'completed', event: sampleCompleted({ leadId: sampleLeadId(2), outcome: 'failure', reason: 'duplicate' }) },
  ...[3, 4].map((n) => ({
    type: 'completed' as const,
    event: sampleCompleted({ leadId: sampleLeadId(n), outcome: 'error', reason: 'no answer' }),
  })),
])

/** A console on the server that every service has, over a store with the six leads. Nothing listens. */
export async function openConsole() {
  await using opened = new AsyncDisposableStack()
  const log = opened.use(await openMemoryLog({ now: () => nowMs }))
  await log.ensureTopics(topicSpecs({ prefix: 'leadline.', pools: ['default'], partitions: 2 }))
  const store = opened.use(await openSqliteStore({ file: ':memory:' }))
  await store.record(sixLeads)
  const codec = await openCodec({ encoding: 'json' })
  const flows = sampleFlows(sampleFlow(['phone', 'deliver']), sampleFlow(['mail'], 'other'))
  const logger = createLogger({ logLevel: 'silent' }, 'test')
  const server = opened.use(
    await openServer({ host: '127.0.0.1', port: 0, logger, health: createHealth(), metrics: createMetrics() }),
  )
  await server.app.register(consoleRoutes({ store, log, codec, topics, flows, now: () => nowMs }))
  const all = opened.move()
  const orders = async (): Promise<ReplayOrder[]> => {
    const batches = await Array.fromAsync(
      log.read({ topic: topics.replays, partition: 0, from: 0, to: (await log.ends(topics.replays))[0]?.end ?? 0 }),
    )
    return Promise.all(batches.flat().map(({ value }) => codec.decode('replay-order', value ?? Buffer.alloc(0))))
  }
  return {
    ...{ store, log, codec, topics, server, orders },
    get: (url: string) => server.app.inject({ method: 'GET', url }),
    post: (body: object, headers: Readonly<Record<string, string>> = {}) =>
      server.app.inject({ method: 'POST', url: '/v1/replays', payload: body, headers: { ...headers } }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

export type Scenario = Awaited<ReturnType<typeof openConsole>>
