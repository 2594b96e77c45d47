import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { logContract } from './contract.ts'
import { eventually, outgoing, readAll, testOwner, texts } from './contract-owner.ts'
import type { Log, TopicShape } from './log.ts'
import { openSqliteLog } from './sqlite.ts'
import { openLogDatabase } from './sqlite-database.ts'

const directories: string[] = []
const logs: Log[] = []

afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log[Symbol.asyncDispose]()))
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true })
})

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-log-'))
  directories.push(directory)
  return directory
}

async function open(options: Partial<Parameters<typeof openSqliteLog>[0]> & { directory: string }): Promise<Log> {
  const log = await openSqliteLog(options)
  logs.push(log)
  return log
}

logContract('sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'leadline-log-'))
  const apart = mkdtempSync(join(tmpdir(), 'leadline-log-'))
  let fate: 'kept' | 'dropped' | undefined
  return {
    open: () => openSqliteLog({ directory, openDatabase: (path) => failing(openLogDatabase(path), () => take()) }),
    openApart: () => openSqliteLog({ directory: apart }),
    severalProcesses: 'the file is locked by the process that has it open',
    loseNextCommit: (next) => {
      fate = next
    },
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true })
      rmSync(apart, { recursive: true })
    },
  }
  function take() {
    const taken = fate
    fate = undefined
    return taken
  }
})

/** A database whose next COMMIT fails: after it was done, or instead of it. */
function failing(database: DatabaseSync, take: () => 'kept' | 'dropped' | undefined): DatabaseSync {
  const exec = database.exec.bind(database)
  database.exec = (sql) => {
    const fate = sql === 'COMMIT' ? take() : undefined
    if (fate !== 'dropped') exec(sql)
    if (fate !== undefined) throw new Error('disk I/O error')
  }
  return database
}

const shape: TopicShape = { name: 't', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 }

test('what was appended and committed is there after closing and opening again', async () => {
  const directory = newDirectory()
  const first = await open({ directory })
  await first.ensureTopics([shape])
  const owner = testOwner()
  await first.join('g', ['t'], owner)
  const headers = { id: Buffer.from([1, 2]), empty: Buffer.alloc(0) }
  await (await owner.lane(0)).commit({ offset: 3, metadata: 'm', records: [{ ...outgoing('t', 'k', 'v'), headers }] })
  await first[Symbol.asyncDispose]()

  const second = await open({ directory })
  const again = testOwner()
  await second.join('g', ['t'], again)

  expect((await again.lane(0)).position).toEqual({ offset: 3, metadata: 'm' })
  expect(await readAll(second, 't')).toMatchObject([{ offset: 0, key: Buffer.from('k'), value: Buffer.from('v'), headers }])
})

test('a second opener is told which directory is in use', async () => {
  const directory = newDirectory()
  await open({ directory })

  await expect(open({ directory })).rejects.toThrow(`open ${directory}: another process has it open`)
})

test('a directory that cannot be made is unavailable, by name', async () => {
  await expect(open({ directory: '/dev/null/log' })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('a full disk refuses appends and commits, keeps nothing of them, and works again when there is space', async () => {
  const databases: DatabaseSync[] = []
  const log = await open({
    directory: newDirectory(),
    openDatabase: (path) => {
      const database = openLogDatabase(path)
      databases.push(database)
      return database
    },
  })
  await log.ensureTopics([shape])
  const owner = testOwner()
  await log.join('g', ['t'], owner)
  const lane = await owner.lane(0)
  const large = outgoing('t', 'k', 'x'.repeat(500_000))
  databases[0]?.exec('PRAGMA max_page_count = 20')

  await expect(log.append([large])).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
  expect(await lane.commit({ offset: 1, metadata: '', records: [large] })).toBe('unknown')
  expect(await lane.reopen()).toEqual({ offset: null, metadata: '' })
  expect(await readAll(log, 't')).toEqual([])
  databases[0]?.exec('PRAGMA max_page_count = 100000')

  expect(await lane.commit({ offset: 1, metadata: '', records: [outgoing('t', 'k', 'after')] })).toBe('committed')
  await log.append([outgoing('t', 'k', 'and on')])
  expect(texts(await readAll(log, 't'))).toEqual(['after', 'and on'])
})

test('records past their retention go, oldest first; offsets go on where they were', async () => {
  let now = 1_000_000
  const directory = newDirectory()
  const log = await open({ directory, now: () => now, retentionIntervalMs: 5 })
  await log.ensureTopics([{ ...shape, retentionMs: 60_000 }])
  await log.append([outgoing('t', 'k', 'old'), outgoing('t', 'k', 'old too')])
  now += 50_000
  await log.append([outgoing('t', 'k', 'young')])
  now += 20_000

  await eventually(async () => ((await log.ends('t'))[0]?.start === 2 ? true : undefined))

  expect(texts(await readAll(log, 't'))).toEqual(['young'])
  now += 100_000
  await eventually(async () => ((await log.ends('t'))[0]?.start === 3 ? true : undefined))
  await log[Symbol.asyncDispose]()
  expect(await (await open({ directory })).ends('t')).toEqual([{ partition: 0, start: 3, end: 3 }])
})

test('a compacted topic keeps the newest record of each key, and forgets tombstones after a day', async () => {
  let now = 1_000_000
  const directory = newDirectory()
  const log = await open({ directory, now: () => now, retentionIntervalMs: 5 })
  await log.ensureTopics([{ ...shape, cleanup: 'compact' }])
  const tombstone = { ...outgoing('t', 'b', ''), value: null }
  await log.append([outgoing('t', 'a', 'a1'), outgoing('t', 'b', 'b1'), outgoing('t', 'a', 'a2'), tombstone])
  now += 25 * 60 * 60 * 1000
  await log.append([outgoing('t', 'c', 'c1')])
  await log[Symbol.asyncDispose]()

  const again = await open({ directory, now: () => now, retentionIntervalMs: 5 })
  await eventually(async () => ((await readAll(again, 't')).length === 2 ? true : undefined))

  expect((await readAll(again, 't')).map(({ offset, value }) => [offset, value?.toString()])).toEqual([
    [2, 'a2'],
    [4, 'c1'],
  ])
})

test('a reader that is behind what is kept in memory reads the file, and misses nothing', async () => {
  const log = await open({ directory: newDirectory() })
  await log.ensureTopics([shape])
  for (let batch = 0; batch < 8; batch++) {
    await log.append(Array.from({ length: 1_000 }, (_, i) => outgoing('t', 'k', `${batch * 1_000 + i}`.padEnd(9_000))))
  }

  const records = await readAll(log, 't')

  expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 8_000 }, (_, i) => i))
})
