import { sampleCompleted, sampleLeadId, storedEvents } from '@leadline/store/sample-events'
import { describe, expect, test } from 'vitest'
import { openConsole } from './console-scenario.ts'

const idsOf = (body: string): string[] => JSON.parse(body).leads.map((lead: { leadId: string }) => lead.leadId)

describe('GET /v1/leads/{leadId}', () => {
  test('shows the lead, how it ended, and its events in order', async () => {
    await using console = await openConsole()
    const answer = await console.get(`/v1/leads/${sampleLeadId(1)}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      ...{ leadId: sampleLeadId(1), flow: 'demo', source: 'web', generation: 0, status: 'completed' },
      ...{ outcome: 'success', reason: null, price: 12.5, lead: { email: 'ada@example.test' } },
      events: [
        {
          type: 'lead.received',
          at: '2023-11-14T22:13:20.000Z',
          coordinates: { topic: 'leadline.leads.received', partition: 0, offset: 0 },
        },
        { type: 'step.succeeded', step: 'phone', attempt: 1, outcome: 'success', rule: 'ok', durationMs: 12 },
        { type: 'step.succeeded', step: 'deliver' },
        { type: 'lead.completed', outcome: 'success', price: 12.5 },
      ],
    })
  })

  test('keeps exact digits', async () => {
    await using console = await openConsole()
    const { body } = await console.get(`/v1/leads/${sampleLeadId(1)}`)
    expect(body).toContain('"appended":{"phone_data":{"id":9007199254740993}}')
  })

  test.each([
    ['is longer', JSON.stringify({ notes: 'x'.repeat(1_048_576) })],
    ['has more keys', JSON.stringify({ rows: Array(10_001).fill({ id: 1 }) })],
  ])('shows all of a lead, and of what was appended to it, that %s than a body may', async (_, large) => {
    await using console = await openConsole()
    const leadId = sampleLeadId(7)
    const completed = sampleCompleted({ leadId, lead: large, appended: large })
    await console.store.record(storedEvents([{ type: 'completed', event: completed }]))
    const { statusCode, body } = await console.get(`/v1/leads/${leadId}`)
    expect(statusCode).toBe(200)
    expect(body).toContain(`"lead":${large},"appended":${large}`)
  })

  test('shows sensitive fields starred, and names those that could not be read', async () => {
    await using console = await openConsole()
    const { lead, events } = (await console.get(`/v1/leads/${sampleLeadId(6)}`)).json()
    expect(lead).toEqual({ email: 'nobody', ssn: '*********' })
    expect(events).toMatchObject([{ type: 'lead.received', invalidFields: ['email'] }])
  })

  test('leaves out what an event says nothing about', async () => {
    await using console = await openConsole()
    const [received] = (await console.get(`/v1/leads/${sampleLeadId(6)}`)).json().events
    expect(Object.keys(received)).not.toContain('step')
  })

  test('shows a lead on its way: what waits, until when, and what was appended so far under its append name', async () => {
    await using console = await openConsole()
    expect((await console.get(`/v1/leads/${sampleLeadId(5)}`)).json()).toMatchObject({
      status: 'retrying',
      outcome: null,
      retry: { attempt: 2, maxAttempts: 6, dueAt: '2027-01-15T08:00:00.000Z' },
      appended: { phone_data: { line: 'mobile' } },
    })
  })

  test('answers 404 for a lead that nobody knows, 400 for what is no lead id', async () => {
    await using console = await openConsole()
    const unknown = await console.get(`/v1/leads/${sampleLeadId(99)}`)
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'LEAD_NOT_FOUND'])
    expect(unknown.headers['content-type']).toContain('application/problem+json')
    expect((await console.get('/v1/leads/42')).statusCode).toBe(400)
  })
})

describe('GET /v1/leads', () => {
  test.each([
    ['flow=demo&status=completed', [4, 3, 2, 1]],
    ['step=deliver&stepOutcome=error', [4, 3]],
    ['outcome=failure&reason=duplicate', [2]],
    ['class=timeout', [4, 3]],
    ['fingerprint=f1', [4, 3]],
    ['source=app', [6]],
    ['status=retrying', [5]],
    ['since=2023-11-14&until=1700000000000', []],
    ['since=2023-11-14T22:13:20Z&flowVersion=v1&outcome=success', [1]],
  ])('%s', async (parameters, expected) => {
    await using console = await openConsole()
    expect(idsOf((await console.get(`/v1/leads?${parameters}`)).body)).toEqual(expected.map(sampleLeadId))
    expect((await console.get(`/v1/leads/count?${parameters}`)).json()).toEqual({ leads: expected.length })
  })

  test('pages with the cursor of the page before', async () => {
    await using console = await openConsole()
    const first = await console.get('/v1/leads?limit=4')
    const second = await console.get(`/v1/leads?limit=4&cursor=${first.json().nextCursor}`)
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual([6, 5, 4, 3, 2, 1].map(sampleLeadId))
    expect(second.json().nextCursor).toBeNull()
  })

  test.each([
    ['colour=red', 'colour'],
    ['outcome=maybe', 'outcome'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['since=yesterday', 'since'],
    ['since=2023-99-99', 'since'],
    ['flow=', 'flow'],
    ['flow=a&flow=b', 'flow'],
  ])('refuses %s and names it', async (parameters, field) => {
    await using console = await openConsole()
    const answer = await console.get(`/v1/leads?${parameters}`)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'INVALID_VALUE', field })
    expect(answer.json().detail).toContain(field)
  })

  test('refuses a cursor that it never gave', async () => {
    await using console = await openConsole()
    expect((await console.get('/v1/leads?cursor=made-up')).statusCode).toBe(400)
  })

  test('answers 503 while the store is away', async () => {
    await using console = await openConsole()
    await console.store[Symbol.asyncDispose]()
    const answer = await console.get('/v1/leads')
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'STORE_UNAVAILABLE'])
  })
})
