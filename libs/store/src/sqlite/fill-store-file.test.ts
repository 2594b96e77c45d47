import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { sampleActivity, sampleCompleted, sampleReceived, storedEvents } from '../sample-events.ts'
import { fillStoreFile } from './fill-store-file.ts'
import { openSqliteStore } from './open-sqlite-store.ts'

const events = storedEvents([
  { type: 'received', event: sampleReceived() },
  { type: 'activity', event: sampleActivity() },
  { type: 'completed', event: sampleCompleted() },
])

function newFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-fill-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'folder', 'store.db')
}

/** Tables, indexes and the size of pages, as a file has them. */
function schemaOf(file: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return [
      ...database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name').all(),
      database.prepare('PRAGMA page_size').get(),
    ]
  } finally {
    database.close()
  }
}

test('a store that was filled at once is the same as one that recorded the events, indexes included', async () => {
  const [recorded, filled] = [newFile(), newFile()]
  await using store = await openSqliteStore({ file: recorded })
  await store.record(events)
  const expected = await store.digest()
  using filling = fillStoreFile(filled)
  filling.record(events.slice(2))
  filling.record(events)
  filling.complete()
  await using opened = await openSqliteStore({ file: filled })
  expect(await opened.digest()).toEqual(expected)
  expect(schemaOf(filled)).toEqual(schemaOf(recorded))
})

test('a store that is being filled is none yet', async () => {
  const file = newFile()
  using filling = fillStoreFile(file)
  filling.record(events)
  filling[Symbol.dispose]()
  await expect(openSqliteStore({ file })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('an event that cannot be kept is told as such', () => {
  using filling = fillStoreFile(newFile())
  const broken = storedEvents([{ type: 'activity', event: sampleActivity({ at: 0.5 }) }])
  expect(() => filling.record(broken)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }))
})
