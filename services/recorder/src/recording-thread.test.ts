import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { openCodec, topicNames } from '@leadline/events'
import { startThread } from '@leadline/service'
import { openSqliteStore } from '@leadline/store'
import { sampleActivity, sampleCompleted, sampleLeadId, sampleReceived } from '@leadline/store/sample-events'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RecordingOptions } from './recording-messages.ts'
import { openRecordingThread } from './recording-thread.ts'

const topics = topicNames('')
const codec = await openCodec({ encoding: 'avro' })

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-recording-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'store.db')
}

/** Threads that a test can end. */
function workersToEnd() {
  const workers: Worker[] = []
  const startWorker = (options: RecordingOptions): Worker => {
    const worker = startThread(new URL('./recording-thread-main.ts', import.meta.url), options)
    workers.push(worker)
    return worker
  }
  return { workers, startWorker }
}

const record = (topic: string, offset: number, value: Buffer | null) => ({ topic, partition: 0, offset, value })
const received = record(topics.received, 0, codec.encode('lead-received', sampleReceived()))
const activity = record(topics.activity, 0, codec.encode('activity', sampleActivity({ seq: 1 })))
const completed = record(topics.completed, 0, codec.encode('lead-completed', sampleCompleted({ seq: 2 })))

test('what it has kept is durable, and another connection reads it', async () => {
  const file = newFile()
  await using thread = await openRecordingThread({ file, topicPrefix: '', registry: undefined })
  await using reader = await openSqliteStore({ file, readOnly: true })
  await Promise.all([received, activity, completed].map((one) => thread.keep(one)))
  const lead = await reader.readLead(sampleLeadId(1))
  expect(lead?.events.map(({ type }) => type)).toEqual(['lead.received', 'step.succeeded', 'lead.completed'])
  expect(lead?.events[1]?.coordinates).toEqual({ topic: topics.activity, partition: 0, offset: 0 })
})

test('one record that cannot be kept fails alone, with its own code', async () => {
  const file = newFile()
  await using thread = await openRecordingThread({ file, topicPrefix: '', registry: undefined })
  const broken = [
    record(topics.activity, 1, Buffer.from('?')),
    record(topics.activity, 2, null),
    record('other', 3, activity.value),
  ]
  const results = await Promise.allSettled([received, ...broken, activity].map((one) => thread.keep(one)))
  expect(results.map((result) => (result.status === 'rejected' ? result.reason.code : 'kept'))).toEqual([
    'kept',
    'RECORD_UNDECODABLE',
    'RECORD_UNDECODABLE',
    'RECORD_UNDECODABLE',
    'kept',
  ])
})

test('bytes that are part of a larger memory, as fetched ones are, stay where they are', async () => {
  const file = newFile()
  await using thread = await openRecordingThread({ file, topicPrefix: '', registry: undefined })
  const fetched = Buffer.concat([Buffer.from('before'), activity.value ?? Buffer.alloc(0), Buffer.from('after')])
  const value = fetched.subarray(6, fetched.length - 5)
  await thread.keep({ ...activity, value })
  expect(value).toEqual(activity.value)
})

test('records that keep coming are kept many at a time', async () => {
  const { workers, startWorker } = workersToEnd()
  await using thread = await openRecordingThread({ file: newFile(), topicPrefix: '', registry: undefined }, { startWorker })
  const messages = vi.spyOn(workers[0] as Worker, 'postMessage')
  const kept: Promise<void>[] = []
  for (let turn = 0; turn < 100; turn++) {
    kept.push(thread.keep(received))
    await nextTurn()
  }
  await Promise.all(kept)
  expect(messages.mock.calls.length).toBeLessThan(20)
})

test('large records go to the thread in messages of no more than some megabytes', async () => {
  const { workers, startWorker } = workersToEnd()
  await using thread = await openRecordingThread({ file: newFile(), topicPrefix: '', registry: undefined }, { startWorker })
  const messages = vi.spyOn(workers[0] as Worker, 'postMessage')
  const large = { ...activity, value: Buffer.alloc(3 * 1_048_576) }
  const results = await Promise.allSettled(Array.from({ length: 9 }, () => thread.keep(large)))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(messages).toHaveBeenCalledTimes(3)
})

test('ending it waits for what it was given, and then it refuses', async () => {
  const file = newFile()
  const thread = await openRecordingThread({ file, topicPrefix: '', registry: undefined })
  const last = thread.keep(received)
  await thread[Symbol.asyncDispose]()
  await thread[Symbol.asyncDispose]()
  await expect(last).resolves.toBeUndefined()
  await expect(thread.keep(activity)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await using store = await openSqliteStore({ file })
  expect(await store.countLeads({})).toBe(1)
})

test('a schema that the registry does not tell holds up neither the other records nor the end', async () => {
  const registry = createServer()
  registry.listen(0, '127.0.0.1')
  await once(registry, 'listening')
  onTestFinished(() => void registry.close().closeAllConnections())
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`
  const thread = await openRecordingThread({ file: newFile(), topicPrefix: '', registry: { url } }, { closeMs: 200 })
  const asked = once(registry, 'request')
  const framed = record(topics.activity, 1, Buffer.from([0, 0, 0, 0, 7, 1]))

  const [waiting, ...others] = [framed, received, activity, completed].map((one) => thread.keep(one))
  await Promise.all(others)
  await asked
  const last = expect(waiting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await thread[Symbol.asyncDispose]()
  await last
})

test('a thread that breaks off fails what it had, and the next record opens another', async () => {
  const file = newFile()
  const { workers, startWorker } = workersToEnd()
  await using thread = await openRecordingThread({ file, topicPrefix: '', registry: undefined }, { startWorker })
  await thread.keep(received)
  await workers[0]?.terminate()
  await thread.keep(activity)
  // So many that they do not wait.
  const cut = Promise.all(Array.from({ length: 1_024 }, () => thread.keep(completed)))
  setImmediate(() => void workers[1]?.terminate())
  await expect(cut).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining(file) })
  await thread.keep(completed)
  await using reader = await openSqliteStore({ file, readOnly: true })
  expect(await reader.digest()).toMatchObject({ events: 3 })
  expect(workers).toHaveLength(3)
})

test('ending one that has broken off refuses what it was still given', async () => {
  const { workers, startWorker } = workersToEnd()
  const thread = await openRecordingThread({ file: newFile(), topicPrefix: '', registry: undefined }, { startWorker })
  await workers[0]?.terminate()
  const last = thread.keep(received)
  last.catch(() => undefined)
  await thread[Symbol.asyncDispose]()
  await expect(last).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('a file that cannot be opened is refused at the start, as the store says it', async () => {
  const file = newFile()
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(openRecordingThread({ file, topicPrefix: '', registry: undefined })).rejects.toThrow(/version 99.*npm run rebuild/)
})
