import type { LeadlineError } from '@leadline/domain'
import { type DeadLetter, openCodec, topicNames } from '@leadline/events'
import { openMemoryLog } from '@leadline/log'
import { sampleCompleted, sampleDeadLetter, sampleLeadId } from '@leadline/store/sample-events'
import { expect, test } from 'vitest'
import { countNamed, recordCandidates } from './record-candidates.ts'
import type { RecordsSelection } from './selection.ts'

const topics = topicNames('')
const raw = {
  leadId: null,
  reason: 'undecodable',
  rawKey: Buffer.from('k'),
  rawValue: Buffer.from('?'),
  rawHeaders: { flow: Buffer.from('demo') },
} as const

async function logWith(topic: string, values: readonly Buffer[], partitions = 1) {
  const log = await openMemoryLog({ now: () => 1_000 })
  await log.ensureTopics([{ name: topic, partitions, cleanup: 'delete', retentionMs: null, maxRecordBytes: 1_000_000 }])
  await log.append(values.map((value, index) => ({ topic, partition: index % partitions, key: null, value, headers: {} })))
  const errors: LeadlineError[] = []
  const codec = await openCodec({ encoding: 'json' })
  return { log, codec, topics, pools: ['default'], errors, unreadable: (_: unknown, error: LeadlineError) => errors.push(error) }
}

const codec = await openCodec({ encoding: 'json' })
const completed = (n: number) => codec.encode('lead-completed', sampleCompleted({ leadId: sampleLeadId(n) }))
const deadLetter = (fields: Partial<DeadLetter>) => codec.encode('dead-letter', sampleDeadLetter(fields))

function all(topic: string, ranges: RecordsSelection['ranges']): RecordsSelection {
  return { type: 'records', topic, ranges, since: null, until: null }
}

test('pages name every lead of the ranges in the order of partitions and offsets', async () => {
  const reader = await logWith(topics.completed, [1, 2, 3, 4, 5].map(completed), 2)
  await using _log = reader.log
  const selection = all(topics.completed, [
    { partition: 1, from: 0, to: 2 },
    { partition: 0, from: 1, to: 3 },
  ])
  const first = await recordCandidates(reader, selection, null, 3)
  const second = await recordCandidates(reader, selection, first.nextCursor, 3)
  const named = [...first.candidates, ...second.candidates].map((candidate) =>
    candidate.type === 'lead' ? candidate.leadId : '',
  )
  expect(named).toEqual([3, 5, 2, 4].map(sampleLeadId))
  expect(second.nextCursor).toBeNull()
})

test('a time range leaves out what was appended before or after', async () => {
  const reader = await logWith(topics.completed, [completed(1)])
  await using _log = reader.log
  const selection = all(topics.completed, [{ partition: 0, from: 0, to: 1 }])
  expect((await recordCandidates(reader, { ...selection, since: 1_000, until: 1_001 }, null, 9)).candidates).toHaveLength(1)
  expect((await recordCandidates(reader, { ...selection, until: 1_000 }, null, 9)).candidates).toHaveLength(0)
})

test('a record that never was a lead goes back to its topic as it was', async () => {
  const reader = await logWith(topics.deadLetters, [deadLetter({ ...raw, originTopic: topics.submissions })])
  await using _log = reader.log
  const { candidates } = await recordCandidates(reader, all(topics.deadLetters, [{ partition: 0, from: 0, to: 1 }]), null, 9)
  const { rawKey: key, rawValue: value, rawHeaders: headers } = raw
  expect(candidates).toEqual([{ type: 'record', record: { topic: topics.submissions, key, value, headers }, cursor: '0:1' }])
})

test('a record that was too large to be kept whole is no candidate: what is left of it is another record', async () => {
  const reader = await logWith(topics.deadLetters, [
    deadLetter({ ...raw, reason: 'too-large', originTopic: topics.submissions }),
    deadLetter({ ...raw, reason: 'too-large', originTopic: topics.submissions, leadId: sampleLeadId(1) }),
  ])
  await using _log = reader.log
  const { candidates } = await recordCandidates(reader, all(topics.deadLetters, [{ partition: 0, from: 0, to: 2 }]), null, 9)
  expect(candidates).toEqual([{ type: 'lead', leadId: sampleLeadId(1), record: null, cursor: '0:2' }])
})

test('nothing is written to a topic that is not ours, whatever a dead letter says', async () => {
  const reader = await logWith(topics.deadLetters, [deadLetter({ ...raw, originTopic: 'payroll' })])
  await using _log = reader.log
  const { candidates } = await recordCandidates(reader, all(topics.deadLetters, [{ partition: 0, from: 0, to: 1 }]), null, 9)
  expect(candidates).toEqual([])
})

test('an unreadable record is reported and left out', async () => {
  const reader = await logWith(topics.completed, [Buffer.from('?'), completed(2)])
  await using _log = reader.log
  const { candidates } = await recordCandidates(reader, all(topics.completed, [{ partition: 0, from: 0, to: 2 }]), null, 9)
  expect(candidates).toHaveLength(1)
  expect(reader.errors).toMatchObject([{ code: 'RECORD_UNDECODABLE' }])
})

test('counting names each lead once', async () => {
  const reader = await logWith(topics.deadLetters, [
    deadLetter({}),
    deadLetter({ generation: 1 }),
    deadLetter({ ...raw, originTopic: topics.received }),
  ])
  await using _log = reader.log
  const counted = await countNamed(reader, all(topics.deadLetters, [{ partition: 0, from: 0, to: 3 }]))
  expect(counted).toEqual({ leadIds: [sampleLeadId(1)], records: 1 })
})
