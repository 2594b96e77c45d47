import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { sampleActivity, sampleLeadId, sampleReceived, storedEvents } from '../sample-events.ts'
import { fillStoreFile } from './fill-store-file.ts'
import { openSqliteStore } from './open-sqlite-store.ts'
import { replaceStoreFile } from './store-file.ts'

test('the journal of a store that was moved away without it does not change the one that takes its place', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-replace-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const [file, filled] = [join(directory, 'store.db'), join(directory, 'filled.db')]
  // Open, and so with a journal.
  await using old = await openSqliteStore({ file })
  await old.record(storedEvents([{ type: 'received', event: sampleReceived({ leadId: sampleLeadId(1) }) }]))
  renameSync(file, `${file}.old`)
  using filling = fillStoreFile(filled)
  filling.record(storedEvents([{ type: 'activity', event: sampleActivity({ leadId: sampleLeadId(2) }) }]))
  filling.complete()
  replaceStoreFile(filled, file)
  await using store = await openSqliteStore({ file })
  expect(await store.readLead(sampleLeadId(1))).toBeUndefined()
  expect(await store.digest()).toMatchObject({ events: 1 })
})
