import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { storeContract } from '../contract.ts'
import { sampleActivity, sampleLeadId, sampleReceived, storedEvents } from '../sample-events.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

storeContract('SQLite', () => openSqliteStore({ file: ':memory:' }))

const received = storedEvents([{ type: 'received', event: sampleReceived() }])

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-store-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'folder', 'store.db')
}

test('keeps what it recorded when it is opened again', async () => {
  const file = newFile()
  await using first = await openSqliteStore({ file })
  await first.record(received)
  await first[Symbol.asyncDispose]()
  await using second = await openSqliteStore({ file })
  expect(await second.readLead(sampleLeadId(1))).toMatchObject({ status: 'queued' })
})

test('others read while one writes', async () => {
  const file = newFile()
  await using reader = await openSqliteStore({ file, readOnly: true })
  await using writer = await openSqliteStore({ file })
  await writer.record(received)
  expect(await reader.countLeads({})).toBe(1)
})

test('a read-only store refuses to record', async () => {
  await using reader = await openSqliteStore({ file: newFile(), readOnly: true })
  await expect(reader.record(received)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('an event that cannot be kept fails its own caller only', async () => {
  await using store = await openSqliteStore({ file: ':memory:' })
  const broken = storedEvents([{ type: 'activity', event: sampleActivity({ leadId: sampleLeadId(2), at: 0.5 }) }])
  const results = await Promise.allSettled([store.record(received), store.record(broken)])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(results[1]).toMatchObject({ reason: { code: 'RECORD_INVALID' } })
  expect(await store.countLeads({})).toBe(1)
})

test('a file of another version is refused, and what to do is said', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'leadline-store-')), 'store.db')
  onTestFinished(() => rmSync(file))
  const database = new DatabaseSync(file)
  database.exec('PRAGMA user_version = 99')
  database.close()
  await expect(openSqliteStore({ file })).rejects.toThrow(/version 99.*npm run rebuild/)
})

test('a file that is no database is refused as STORE_UNAVAILABLE', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'leadline-store-')), 'store.db')
  onTestFinished(() => rmSync(file))
  writeFileSync(file, 'these bytes are no database at all '.repeat(200))
  await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('after its end it answers STORE_UNAVAILABLE, and ending twice is once', async () => {
  const store = await openSqliteStore({ file: ':memory:' })
  const last = store.record(received)
  await store[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
  await expect(last).resolves.toBeUndefined()
  await expect(store.record(received)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  await expect(store.countLeads({})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})
