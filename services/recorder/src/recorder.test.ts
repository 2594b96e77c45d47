import { LeadlineError } from '@leadline/domain'
import { runProcessor } from '@leadline/engine'
import { openCodec, topicNames, topicSpecs } from '@leadline/events'
import { openMemoryLog } from '@leadline/log'
import { type EventStore, openSqliteStore } from '@leadline/store'
import { sampleActivity, sampleCompleted, sampleLeadId, sampleReceived } from '@leadline/store/sample-events'
import { expect, test, vi } from 'vitest'
import { keepHere } from './record-keeper.ts'
import { recorderProcessor } from './recorder.ts'
import { silentReports } from './reports.ts'

const topics = topicNames('')
const codec = await openCodec({ encoding: 'json' })
const record = (topic: string, value: Buffer) => ({ topic, key: Buffer.from('k'), value, headers: {} })

async function recording(store: EventStore) {
  const log = await openMemoryLog()
  await log.ensureTopics(topicSpecs({ prefix: '', pools: ['default'], partitions: 1 }))
  const reports = { ...silentReports, leftOut: vi.fn(), unavailable: vi.fn() }
  const running = await runProcessor({
    processor: recorderProcessor({ keeper: keepHere({ store, codec, topics }), topics, reports }),
    log,
  })
  const dispose = async () => {
    await running.close()
    await log[Symbol.asyncDispose]()
  }
  return { log, reports, [Symbol.asyncDispose]: dispose }
}

test('a lead whose events were published can be looked up', async () => {
  await using store = await openSqliteStore({ file: ':memory:' })
  await using recorder = await recording(store)
  await recorder.log.append([
    record(topics.completed, codec.encode('lead-completed', sampleCompleted({ seq: 2 }))),
    record(topics.activity, codec.encode('activity', sampleActivity({ seq: 1 }))),
    record(topics.received, codec.encode('lead-received', sampleReceived())),
  ])
  await vi.waitUntil(async () => (await store.digest()).events === 3)
  const lead = await store.readLead(sampleLeadId(1))
  expect(lead?.events.map(({ type }) => type)).toEqual(['lead.received', 'step.succeeded', 'lead.completed'])
})

test('an unreadable record is reported and left out, and what follows is kept', async () => {
  await using store = await openSqliteStore({ file: ':memory:' })
  await using recorder = await recording(store)
  await recorder.log.append([
    record(topics.deadLetters, Buffer.from('?')),
    record(topics.activity, codec.encode('activity', sampleActivity())),
  ])
  await vi.waitUntil(async () => (await store.digest()).events === 1)
  await vi.waitUntil(() => recorder.reports.leftOut.mock.calls.length === 1)
  expect(recorder.reports.leftOut.mock.calls[0]?.[1]).toMatchObject({ code: 'RECORD_UNDECODABLE' })
  expect((await recorder.log.ends(topics.deadLetters))[0]?.end).toBe(1)
})

test('while the store is away the event waits; it is kept when the store is back', async () => {
  await using store = await openSqliteStore({ file: ':memory:' })
  const full = new LeadlineError('STORE_UNAVAILABLE', 'disk full')
  const record1 = vi.fn(store.record).mockRejectedValueOnce(full).mockRejectedValueOnce(full)
  await using recorder = await recording({ ...store, record: record1 })
  await recorder.log.append([record(topics.activity, codec.encode('activity', sampleActivity()))])
  await vi.waitUntil(async () => (await store.digest()).events === 1)
  expect(recorder.reports.unavailable.mock.calls.map(([error]) => error)).toEqual([full, full])
  expect(recorder.reports.leftOut).not.toHaveBeenCalled()
})
