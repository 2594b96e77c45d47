import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readConfig } from './config.ts'
import { createEvents } from './events.ts'
import { createHealth } from './health.ts'
import { createLogger } from './logger.ts'
import { createMetrics } from './metrics.ts'
import { openEventCodec, openLog } from './open-log.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leadline-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe('the embedded log', () => {
  it('is opened under the data directory with all its topics, and makes the process ready', async () => {
    const { context } = contextOf({ LEADLINE_DATA: directory, TOPIC_PARTITIONS: '2' })
    const log = await openLog(context, ['default', 'slow'])
    expect(await log.ends('leadline.steps.slow')).toHaveLength(2)
    expect(context.health.readiness()).toMatchObject({ ready: true })
    await log[Symbol.asyncDispose]()
  })

  it('with other topics than configured stops the start, naming the difference', async () => {
    const { context } = contextOf({ LEADLINE_DATA: directory, TOPIC_PARTITIONS: '2' })
    const log = await openLog(context, ['default'])
    await log[Symbol.asyncDispose]()
    const changed = contextOf({ LEADLINE_DATA: directory, TOPIC_PARTITIONS: '3' })
    const refusal = expect.objectContaining({ code: 'LOG_MISMATCH', message: expect.stringContaining('leadline.leads.received') })
    await expect(openLog(changed.context, ['default'])).rejects.toEqual(refusal)
    expect(changed.context.health.readiness().ready).toBe(false)
  })

  it('that cannot be written is waited for a little, unready, and then stops the start with its directory', async () => {
    await writeFile(join(directory, 'file'), '')
    const { context, lines } = contextOf({ LEADLINE_DATA: join(directory, 'file') })
    await expect(openLog({ ...context, embeddedPatienceMs: 600 }, ['default'])).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining(join(directory, 'file')),
    })
    expect(context.health.readiness().ready).toBe(false)
    expect(lines.join()).toContain('log unavailable: trying again')
  })
})

describe('Kafka that cannot be reached', () => {
  it('is tried again with a clear line until the process is told to end', async () => {
    const ending = new AbortController()
    const { context, lines } = contextOf({ KAFKA_BROKERS: '127.0.0.1:1' })
    const opening = openLog({ ...context, signal: ending.signal }, ['default'])
    const refusal = expect(opening).rejects.toMatchObject({ name: 'AbortError' })
    await vi.waitUntil(() => lines.some((line) => line.includes('127.0.0.1:1 does not answer')), { timeout: 4_500 })
    expect(context.health.readiness().ready).toBe(false)
    ending.abort()
    await refusal
  })
})

describe('the codec', () => {
  it('writes what the configuration says', async () => {
    const { context } = contextOf({ EVENT_ENCODING: 'json' })
    const codec = await openEventCodec(context)
    const order = {
      replayId: 'r',
      orderedAt: 1,
      orderedBy: 'me',
      selection: '{}',
      fromStep: null,
      succeededSteps: 'skip',
    } as const
    const progress = { cursor: null, started: 0, total: 1, status: 'running', updatedAt: 1 } as const
    const bytes = codec.encode('replay-order', { ...order, ...progress, idempotencyKeys: 'same', leadsPerSecond: 1 })
    expect(JSON.parse(bytes.toString())).toMatchObject({ replayId: 'r' })
  })
})

function contextOf(env: NodeJS.ProcessEnv) {
  const config = readConfig({ LOG_LEVEL: 'info', ...env })
  const lines: string[] = []
  const logger = createLogger(config, 'test', { write: (line) => lines.push(line) })
  const events = createEvents({ metrics: createMetrics(), logger })
  return { lines, context: { config, logger, events, health: createHealth(), signal: new AbortController().signal } }
}
