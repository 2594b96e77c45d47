import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcessor } from '@leadline/engine'
import { openCodec, topicNames, topicSpecs } from '@leadline/events'
import { openMemoryLog } from '@leadline/log'
import { openSqliteStore } from '@leadline/store'
import {
  sampleActivity,
  sampleCompleted,
  sampleDeadLetter,
  sampleLeadId,
  sampleOrder,
  sampleReceived,
} from '@leadline/store/sample-events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { rebuildStore } from './rebuild-store.ts'
import { keepHere } from './record-keeper.ts'
import { recorderProcessor } from './recorder.ts'
import { silentReports } from './reports.ts'

const topics = topicNames('')
const codec = await openCodec({ encoding: 'json' })

/** A log with 50 leads' events over three partitions, a replay, and one record that nobody can read. */
async function filledLog() {
  const log = await openMemoryLog()
  onTestFinished(() => log[Symbol.asyncDispose]())
  await log.ensureTopics(topicSpecs({ prefix: '', pools: ['default'], partitions: 3 }))
  const records = Array.from({ length: 50 }, (_, index) => sampleLeadId(index)).flatMap((leadId) => [
    [topics.received, codec.encode('lead-received', sampleReceived({ leadId })), leadId] as const,
    [topics.received, codec.encode('lead-received', sampleReceived({ leadId })), leadId] as const,
    [topics.activity, codec.encode('activity', sampleActivity({ leadId })), leadId] as const,
    [topics.completed, codec.encode('lead-completed', sampleCompleted({ leadId })), leadId] as const,
  ])
  const others = [
    [topics.deadLetters, codec.encode('dead-letter', sampleDeadLetter()), 'x'] as const,
    [topics.deadLetters, Buffer.from('?'), 'x'] as const,
    [topics.replays, codec.encode('replay-order', sampleOrder()), 'replay-1'] as const,
  ]
  await log.append([...records, ...others].map(([topic, value, key]) => ({ topic, key: Buffer.from(key), value, headers: {} })))
  return log
}

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-rebuild-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'store.db')
}

test('a rebuilt store equals the one that the recorder made', async () => {
  const log = await filledLog()
  const file = newFile()
  const store = await openSqliteStore({ file })
  const reports = { ...silentReports, leftOut: vi.fn(), unavailable: vi.fn() }
  const recorder = await runProcessor({
    processor: recorderProcessor({ keeper: keepHere({ store, codec, topics }), topics, reports }),
    log,
  })
  await vi.waitUntil(async () => (await store.digest()).events === 151 && (await store.readReplay('replay-1')) !== undefined)
  await recorder.close()
  await store[Symbol.asyncDispose]()

  const leftOut = vi.fn()
  const report = await rebuildStore({ log, codec, topics, file, leftOut, elapsedMs: () => performance.now() })
  expect(report.rebuilt).toEqual(report.before)
  expect(report.rebuilt).toMatchObject({ leads: 50, events: 151 })
  expect(report.records).toBe(203)
  expect(leftOut).toHaveBeenCalledOnce()
  await using rebuilt = await openSqliteStore({ file })
  expect(await rebuilt.digest()).toEqual(report.rebuilt)
  expect(existsSync(`${file}.rebuilding`)).toBe(false)
})

test('a store that lost events is told apart, and gets them back', async () => {
  const log = await filledLog()
  const file = newFile()
  await using poor = await openSqliteStore({ file })
  await poor[Symbol.asyncDispose]()
  const report = await rebuildStore({ log, codec, topics, file, leftOut: () => undefined, elapsedMs: () => performance.now() })
  expect(report.before).toMatchObject({ leads: 0 })
  expect(report.before?.sha256).not.toBe(report.rebuilt.sha256)
  await using rich = await openSqliteStore({ file })
  expect(await rich.countLeads({})).toBe(50)
})

test('a store that somebody has open is not replaced', async () => {
  const file = newFile()
  await using _open = await openSqliteStore({ file })
  const rebuilding = rebuildStore({ log: await filledLog(), codec, topics, file, leftOut: () => undefined, elapsedMs: () => 0 })
  await expect(rebuilding).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})
