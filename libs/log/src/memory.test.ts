import { expect, test } from 'vitest'
import { logContract } from './contract.ts'
import { eventually, outgoing, readAll, testOwner } from './contract-owner.ts'
import { createMemoryCluster, openMemoryLog } from './memory.ts'

logContract('memory', async () => {
  const shared = createMemoryCluster()
  return {
    open: () => openMemoryLog({ shared }),
    openApart: () => openMemoryLog(),
    severalProcesses: true,
    loseNextCommit: shared.failNextCommit,
    async [Symbol.asyncDispose]() {},
  }
})

const shape = { name: 't', partitions: 1, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000 } as const

test('a killed process loses its lanes to the next member, and what it commits later is refused', async () => {
  const shared = createMemoryCluster()
  const [dying, living] = [await openMemoryLog({ shared }), await openMemoryLog({ shared })]
  await dying.ensureTopics([shape])
  const [first, second] = [testOwner(), testOwner()]
  await dying.join('g', ['t'], first)
  const lane = await first.lane(0)
  await living.join('g', ['t'], second)

  shared.kill(dying)

  expect(await lane.commit({ offset: 1, metadata: '', records: [outgoing('t', 'k', 'late')] })).toBe('fenced')
  expect((await second.lane(0)).position.offset).toBeNull()
  expect(await readAll(living, 't')).toEqual([])
})

test('a handover as Kafka does it fences the former owner before it hears of it', async () => {
  const shared = createMemoryCluster({ handover: 'lost' })
  const log = await openMemoryLog({ shared })
  await log.ensureTopics([{ ...shape, partitions: 2 }])
  const answers: string[] = []
  const first = testOwner(async (lane) => void answers.push(await lane.commit({ offset: 1, metadata: '', records: [] })))
  await log.join('g', ['t'], first)
  await eventually(() => (first.lanes.length === 2 ? true : undefined))

  await log.join('g', ['t'], testOwner())
  await eventually(() => first.releases[0])

  expect(first.releases).toEqual([{ partition: 1, how: 'lost' }])
  expect(answers).toEqual(['fenced'])
})
