import { LeadlineError } from '@leadline/domain'
import { type RunningProcessor, runProcessor } from '@leadline/engine'
import { openCodec, type ReplayOrder, type StepWork, topicNames, topicSpecs } from '@leadline/events'
import type { Flow } from '@leadline/flows'
import { type Log, openMemoryLog } from '@leadline/log'
import { formatSelection, type ReplaySelection } from '@leadline/replay'
import { sampleFlow, sampleFlows } from '@leadline/replay/sample-flow'
import { openSqliteStore, type SqliteStore } from '@leadline/store'
import {
  sampleActivity,
  sampleCompleted,
  sampleDeadLetter,
  sampleLeadId,
  sampleOrder,
  sampleReceived,
  storedEvents,
} from '@leadline/store/sample-events'
import { expect, test, vi } from 'vitest'
import { replayerProcessor } from './replayer.ts'
import { silentReports } from './reports.ts'

const topics = topicNames('')
const codec = await openCodec({ encoding: 'json' })
const ofDemo: ReplaySelection = { type: 'leads', query: { flow: 'demo' } }

/** Leads 1 to `count` that ended in error at `deliver` after `phone` succeeded. */
async function fill(store: SqliteStore, count: number): Promise<void> {
  const leads = Array.from({ length: count }, (_, index) => sampleLeadId(index + 1))
  await store.record(
    leads.flatMap((leadId) =>
      storedEvents([
        { type: 'received', event: sampleReceived({ leadId }) },
        { type: 'activity', event: sampleActivity({ leadId, seq: 1, step: 'phone' }) },
        { type: 'activity', event: sampleActivity({ leadId, seq: 2, step: 'deliver', type: 'step.errored' }) },
        { type: 'completed', event: sampleCompleted({ leadId, outcome: 'error' }) },
      ]),
    ),
  )
}

async function replaying(limits: { readonly commitBytesPerTopic?: number } = {}, flow: Flow = sampleFlow(['phone', 'deliver'])) {
  const store = await openSqliteStore({ file: ':memory:' })
  const log = await openMemoryLog({ limits })
  await log.ensureTopics(topicSpecs({ prefix: '', pools: ['default'], partitions: 1 }))
  const flows = sampleFlows(flow)
  const reports = { ...silentReports, passedOver: vi.fn(), unavailable: vi.fn() }
  const start = () =>
    runProcessor({
      processor: replayerProcessor({ store, log, codec, topics, flows, now: Date.now, reports }),
      log,
    })
  const running: RunningProcessor[] = [await start()]
  const dispose = async () => {
    await Promise.all(running.map((processor) => processor.close()))
    await log[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
  }
  const restart = async () => {
    await running.pop()?.close()
    running.push(await start())
  }
  return { store, log, reports, restart, [Symbol.asyncDispose]: dispose }
}

async function order(log: Log, selection: ReplaySelection, fields: Partial<ReplayOrder> = {}): Promise<void> {
  const event = sampleOrder({ selection: formatSelection(selection), leadsPerSecond: 1_000_000, ...fields })
  await log.append([
    { topic: topics.replays, key: Buffer.from(event.replayId), value: codec.encode('replay-order', event), headers: {} },
  ])
}

async function published(log: Log, topic: string) {
  const end = (await log.ends(topic))[0]?.end ?? 0
  const batches = await Array.fromAsync(log.read({ topic, partition: 0, from: 0, to: end }))
  return batches.flat()
}

async function orders(log: Log): Promise<ReplayOrder[]> {
  return Promise.all(
    (await published(log, topics.replays)).map(({ value }) => codec.decode('replay-order', value ?? Buffer.alloc(0))),
  )
}

async function works(log: Log): Promise<StepWork[]> {
  const records = await published(log, topics.steps('default'))
  return Promise.all(records.map(({ value }) => codec.decode('step-work', value ?? Buffer.alloc(0))))
}

const ended = (log: Log, replayId = 'replay-1') =>
  vi.waitUntil(async () => (await orders(log)).some((each) => each.replayId === replayId && each.status === 'completed'), {
    timeout: 5_000,
  })

test('every lead of the selection starts a new generation at its first step that has not succeeded', async () => {
  await using replay = await replaying()
  await fill(replay.store, 3)
  await order(replay.log, ofDemo)
  await ended(replay.log)
  expect(await works(replay.log)).toMatchObject(
    [1, 2, 3].map((n) => ({ leadId: sampleLeadId(n), step: 'deliver', generation: 1, replayId: 'replay-1' })),
  )
  expect((await orders(replay.log)).at(-1)).toMatchObject({ started: 3, status: 'completed' })
  expect(await published(replay.log, topics.activity)).toHaveLength(6)
})

test('a lead under a cap asks for its place before its step', async () => {
  const caps = [{ max: 1, per: 'total', scope: 'flow' }] as const
  const gates = new Map([['web', { mappings: [], acceptance: null, pricing: null, caps, hours: null }]])
  await using replay = await replaying({}, { ...sampleFlow(['phone', 'deliver']), gates })
  await fill(replay.store, 1)
  await order(replay.log, ofDemo)
  await ended(replay.log)
  expect(await works(replay.log)).toEqual([])
  const [asking] = await published(replay.log, topics.caps)
  expect(asking?.key?.toString()).toBe('flow:demo:total:ever')
  const work = await codec.decode('step-work', asking?.value ?? Buffer.alloc(0))
  expect(work).toMatchObject({ leadId: sampleLeadId(1), step: 'deliver', generation: 1 })
})

test('more leads than one chunk are started chunk by chunk, each once', async () => {
  await using replay = await replaying()
  await fill(replay.store, 450)
  await order(replay.log, ofDemo)
  await ended(replay.log)
  expect((await orders(replay.log)).map(({ started }) => started)).toEqual([0, 200, 400, 450])
  expect(new Set((await works(replay.log)).map(({ leadId }) => leadId)).size).toBe(450)
})

test('a chunk holds no more bytes than one commit may', async () => {
  await using replay = await replaying({ commitBytesPerTopic: 10_000 })
  await fill(replay.store, 20)
  await order(replay.log, ofDemo)
  await ended(replay.log)
  expect(await works(replay.log)).toHaveLength(20)
  expect((await orders(replay.log)).length).toBeGreaterThan(3)
})

test('the next chunk is due when the rate allows it', async () => {
  await using replay = await replaying()
  await fill(replay.store, 5)
  await order(replay.log, ofDemo, { leadsPerSecond: 4 })
  await vi.waitUntil(async () => (await orders(replay.log)).length === 2)
  const [, next] = await published(replay.log, topics.replays)
  const { updatedAt, started } = (await orders(replay.log))[1] ?? {}
  expect(started).toBe(4)
  expect(Number(next?.headers['due-at']?.toString())).toBe((updatedAt ?? 0) + 1_000)
})

test('a lead that a replay has started is not started by another one before the store knows how it ended', async () => {
  await using replay = await replaying()
  await fill(replay.store, 3)
  await Promise.all([order(replay.log, ofDemo), order(replay.log, ofDemo, { replayId: 'replay-2' })])
  await Promise.all([ended(replay.log), ended(replay.log, 'replay-2')])
  expect(await works(replay.log)).toHaveLength(3)
})

test('what was started is remembered across a restart', async () => {
  await using replay = await replaying()
  await fill(replay.store, 3)
  await order(replay.log, ofDemo)
  await ended(replay.log)
  await replay.restart()
  await order(replay.log, ofDemo, { replayId: 'replay-2' })
  await ended(replay.log, 'replay-2')
  expect(await works(replay.log)).toHaveLength(3)
})

test('a lead that was received after the order is not meant by it', async () => {
  await using replay = await replaying()
  await fill(replay.store, 1)
  await order(replay.log, ofDemo, { orderedAt: 1_000 })
  await ended(replay.log)
  expect(await works(replay.log)).toEqual([])
})

test('leads that are named several times in a topic run once; a record that never was a lead goes back as it was', async () => {
  await using replay = await replaying()
  await fill(replay.store, 2)
  const raw = {
    leadId: null,
    reason: 'undecodable',
    rawKey: null,
    rawValue: Buffer.from('{}'),
    originTopic: topics.submissions,
  } as const
  const letters = [{ leadId: sampleLeadId(2) }, { leadId: sampleLeadId(2) }, raw].map((fields) => sampleDeadLetter(fields))
  await replay.log.append(
    letters.map((event) => ({ topic: topics.deadLetters, key: null, value: codec.encode('dead-letter', event), headers: {} })),
  )
  const ranges = [{ partition: 0, from: 0, to: 3 }]
  await order(replay.log, { type: 'records', topic: topics.deadLetters, ranges, since: null, until: null })
  await ended(replay.log)
  expect((await works(replay.log)).map(({ leadId }) => leadId)).toEqual([sampleLeadId(2)])
  expect((await published(replay.log, topics.submissions)).map(({ value }) => value?.toString())).toEqual(['{}'])
})

test('a lead that is still on its way is left alone, though a record names it', async () => {
  await using replay = await replaying()
  await replay.store.record(storedEvents([{ type: 'received', event: sampleReceived() }]))
  const value = codec.encode('dead-letter', sampleDeadLetter())
  await replay.log.append([{ topic: topics.deadLetters, key: null, value, headers: {} }])
  const ranges = [{ partition: 0, from: 0, to: 1 }]
  await order(replay.log, { type: 'records', topic: topics.deadLetters, ranges, since: null, until: null })
  await ended(replay.log)
  expect(await works(replay.log)).toEqual([])
})

test('a lead whose flow is not installed is passed over and reported; the others run', async () => {
  await using replay = await replaying()
  await fill(replay.store, 1)
  const leadId = sampleLeadId(9)
  await replay.store.record(storedEvents([{ type: 'completed', event: sampleCompleted({ leadId, flow: 'gone' }) }]))
  await order(replay.log, { type: 'leads', query: { outcome: 'error' } })
  await order(replay.log, { type: 'leads', query: { leadIds: [leadId] } }, { replayId: 'replay-2' })
  await Promise.all([ended(replay.log), ended(replay.log, 'replay-2')])
  expect(replay.reports.passedOver.mock.calls).toMatchObject([[{ leadId }, { code: 'FLOW_UNKNOWN' }]])
  expect(await works(replay.log)).toHaveLength(1)
})

test('while the store is away the order waits and then goes on', async () => {
  await using replay = await replaying()
  await fill(replay.store, 1)
  vi.spyOn(replay.store, 'searchLeads').mockRejectedValueOnce(new LeadlineError('STORE_UNAVAILABLE', 'locked'))
  await order(replay.log, ofDemo)
  await ended(replay.log)
  expect(await works(replay.log)).toHaveLength(1)
  expect(replay.reports.unavailable).toHaveBeenCalledOnce()
})

test('an order whose selection cannot be read ends, and lies in dead letters', async () => {
  await using replay = await replaying()
  const event = sampleOrder({ selection: '{"type":"everything"}' })
  await replay.log.append([
    { topic: topics.replays, key: Buffer.from('replay-1'), value: codec.encode('replay-order', event), headers: {} },
  ])
  await ended(replay.log)
  expect(await published(replay.log, topics.deadLetters)).toHaveLength(1)
})

test('a record that is no order lies in dead letters with its bytes', async () => {
  await using replay = await replaying()
  await replay.log.append([{ topic: topics.replays, key: null, value: Buffer.from('?'), headers: {} }])
  await vi.waitUntil(async () => (await published(replay.log, topics.deadLetters)).length === 1)
  const [record] = await published(replay.log, topics.deadLetters)
  expect(await codec.decode('dead-letter', record?.value ?? Buffer.alloc(0))).toMatchObject({
    reason: 'undecodable',
    rawValue: Buffer.from('?'),
  })
})
