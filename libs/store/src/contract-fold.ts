import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  sampleActivity,
  sampleCompleted,
  sampleDeadLetter,
  sampleLeadId,
  sampleOrder,
  sampleReceived,
  storedEvents,
} from './sample-events.ts'
import type { EventStore, StoredEvent, StoreReports } from './store.ts'

type Open = () => Promise<EventStore & StoreReports>

const lead = sampleLeadId(1)
const other = sampleLeadId(2)

/** Two walks of one lead (error, then a replay that succeeds), a second lead that is retrying, and copies. */
const history: readonly StoredEvent[] = storedEvents([
  { type: 'received', event: sampleReceived() },
  { type: 'received', event: sampleReceived({ receivedAt: 1_700_000_000_500 }) },
  { type: 'activity', event: sampleActivity({ seq: 1, step: 'phone', appended: '{"phone":{"line":"mobile"}}' }) },
  { type: 'activity', event: sampleActivity({ seq: 2, type: 'step.errored', errorClass: 'timeout', fingerprint: 'f1' }) },
  { type: 'activity', event: sampleActivity({ seq: 3, type: 'retry.scheduled', attempt: 2, outcome: null, dueAt: 5 }) },
  { type: 'activity', event: sampleActivity({ seq: 4, type: 'step.errored', attempt: 2, errorClass: 'timeout' }) },
  { type: 'dead-letter', event: sampleDeadLetter({ seq: 5 }) },
  { type: 'completed', event: sampleCompleted({ seq: 6, outcome: 'error', reason: 'no answer' }) },
  { type: 'replay', event: sampleOrder() },
  { type: 'replay', event: sampleOrder({ started: 1, status: 'completed', cursor: lead }) },
  {
    type: 'activity',
    event: sampleActivity({ generation: 1, seq: 0, type: 'replay.started', outcome: null, replayId: 'replay-1' }),
  },
  { type: 'activity', event: sampleActivity({ generation: 1, seq: 1, replayId: 'replay-1' }) },
  {
    type: 'completed',
    event: sampleCompleted({ generation: 1, seq: 2, price: 12.5, replayId: 'replay-1', appended: '{"phone":{"line":"mobile"}}' }),
  },
  { type: 'activity', event: sampleActivity({ leadId: other, seq: 1, type: 'step.errored' }) },
  {
    type: 'activity',
    event: sampleActivity({
      leadId: other,
      seq: 2,
      type: 'retry.scheduled',
      attempt: 2,
      maxAttempts: 6,
      outcome: null,
      dueAt: 7,
    }),
  },
  { type: 'received', event: sampleReceived({ leadId: other }) },
])

export function foldContract(open: Open): void {
  const filled = async (events: readonly StoredEvent[] = history) => {
    const store = await open()
    await store.record(events)
    return store
  }

  test('tells where a lead stands: its last generation decides', async () => {
    await using store = await filled()
    expect(await store.readLead(lead)).toMatchObject({
      ...{ flow: 'demo', source: 'web', generation: 1, status: 'completed', outcome: 'success', reason: null, price: 12.5 },
      ...{ receivedAt: 1_700_000_000_000, lead: '{"email":"ada@example.test"}', appended: '{"phone":{"line":"mobile"}}' },
    })
  })

  test('shows a waiting attempt: which, of how many, and when', async () => {
    await using store = await filled()
    expect(await store.readLead(other)).toMatchObject({
      status: 'retrying',
      outcome: null,
      retry: { attempt: 2, maxAttempts: 6, dueAt: 7 },
    })
  })

  test('tells the events of a lead in the order of generation and number', async () => {
    await using store = await filled(history.toReversed())
    const { events = [] } = (await store.readLead(lead)) ?? {}
    expect(events.map(({ type, generation, seq }) => `${generation}.${seq} ${type}`)).toEqual([
      '0.0 lead.received',
      '0.1 step.succeeded',
      '0.2 step.errored',
      '0.3 retry.scheduled',
      '0.4 step.errored',
      '0.5 lead.dead-lettered',
      '0.6 lead.completed',
      '1.0 replay.started',
      '1.1 step.succeeded',
      '1.2 lead.completed',
    ])
  })

  test('gives the same answers whatever the order, the batches and the copies of the events', async () => {
    await using store = await filled()
    const expected = await store.digest()
    const batches = fc.array(fc.shuffledSubarray([...history]), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(batches, fc.shuffledSubarray([...history], { minLength: history.length }), async (some, all) => {
        await using shuffled = await open()
        await Promise.all([...some, all].map((batch) => shuffled.record(batch)))
        expect(await shuffled.digest()).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  test('notices one changed event: digests of different histories differ', async () => {
    await using store = await filled()
    await using changed = await filled(history.slice(0, -1))
    expect((await changed.digest()).sha256).not.toBe((await store.digest()).sha256)
  })

  test('knows a lead of which only a part has arrived', async () => {
    await using store = await filled(history.filter(({ type }) => type === 'completed'))
    expect(await store.readLead(lead)).toMatchObject({ status: 'completed', lead: '{"email":"ada@example.test"}' })
  })

  test('keeps exact digits, unicode, null and the empty string of what was exchanged and appended', async () => {
    const odd = '{"id":9007199254740993,"name":"Zoë 🙂","none":null,"empty":""}'
    await using store = await filled(
      storedEvents([{ type: 'activity', event: sampleActivity({ exchange: odd, appended: odd }) }]),
    )
    const [event] = (await store.readLead(lead))?.events ?? []
    expect(JSON.stringify(event?.details['exchange'])).toBe(odd)
    expect(JSON.stringify(event?.details['appended'])).toBe(odd)
  })

  test('keeps the value of what was exchanged and appended, be it more than a body may hold', async () => {
    const large = { notes: 'x'.repeat(1_048_576), rows: Array(10_001).fill({ id: '7e' }) }
    const text = JSON.stringify(large)
    await using store = await filled(
      storedEvents([{ type: 'activity', event: sampleActivity({ exchange: text, appended: text }) }]),
    )
    const [event] = (await store.readLead(lead))?.events ?? []
    expect(event?.details).toMatchObject({ exchange: large, appended: large })
  })

  test('carries what explains an attempt in its details', async () => {
    const explained = {
      errorClass: 'limit',
      fingerprint: 'f9',
      destination: 'crm.test:443',
      dueAt: 9,
      traceparent: '00-a-b-01',
    } as const
    await using store = await filled(
      storedEvents([{ type: 'activity', event: sampleActivity({ ...explained, rule: 'throttled' }) }]),
    )
    const [event] = (await store.readLead(lead))?.events ?? []
    expect(event).toMatchObject({ rule: 'throttled', details: explained, coordinates: { topic: 'leadline.activity', offset: 0 } })
  })

  test('keeps no dedupe key: it is made of personal fields', async () => {
    await using store = await filled(
      storedEvents([{ type: 'received', event: sampleReceived({ dedupeKey: 'ada@example.test' }) }]),
    )
    expect(JSON.stringify((await store.readLead(lead))?.events)).not.toContain('ada@example.test')
  })

  test('keeps a dead letter that never was a lead', async () => {
    await using store = await filled(
      storedEvents([{ type: 'dead-letter', event: sampleDeadLetter({ leadId: null, reason: 'undecodable' }) }]),
    )
    expect(await store.digest()).toMatchObject({ leads: 0, events: 1 })
  })

  test('ends the walk of a lead whose record nobody could process', async () => {
    await using store = await filled(storedEvents([{ type: 'dead-letter', event: sampleDeadLetter({ reason: 'poisonous' }) }]))
    expect(await store.readLead(lead)).toMatchObject({ status: 'completed', outcome: 'error' })
  })

  test('tells how far a replay is: its newest order, and how its leads ended', async () => {
    await using store = await filled(history.toReversed())
    const replay = await store.readReplay('replay-1')
    expect(replay).toMatchObject({ status: 'completed', started: 1, total: 1, ended: { success: 1, failure: 0, error: 0 } })
    expect(await store.readReplay('replay-2')).toBeUndefined()
  })
}
