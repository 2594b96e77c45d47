import { sampleCompleted, sampleDeadLetter, sampleLeadId, sampleOrder, storedEvents } from '@leadline/store/sample-events'
import { describe, expect, test } from 'vitest'
import { nowMs, openConsole, type Scenario } from './console-scenario.ts'

/** Dead letters of leads 3 (twice), 5 (still running) and 99 (unknown), and one that never was a lead, on their topic. */
async function appendDeadLetters({ log, codec, topics }: Scenario): Promise<void> {
  const raw = { leadId: null, rawValue: Buffer.from('?'), originTopic: topics.submissions, reason: 'undecodable' } as const
  const letters = [...[3, 3, 5, 99].map((n) => ({ leadId: sampleLeadId(n) })), raw].map((fields) => sampleDeadLetter(fields))
  await log.append(
    letters.map((event) => ({ topic: topics.deadLetters, key: null, value: codec.encode('dead-letter', event), headers: {} })),
  )
}

describe('a dry run', () => {
  test('counts what would run, what is left out, and the calls that are not made again', async () => {
    await using console = await openConsole()
    const answer = await console.post({ filter: { flow: 'demo' }, leadsPerSecond: 2, dryRun: true })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      ...{ dryRun: true, leads: 4, running: 1, unknown: 0, records: 0, durationSeconds: 2 },
      byOutcome: { success: 1, failure: 1, error: 2 },
      steps: [
        { step: 'deliver', outcome: 'error', leads: 2 },
        { step: 'deliver', outcome: 'failure', leads: 1 },
        { step: 'deliver', outcome: 'success', leads: 1 },
        { step: 'phone', outcome: 'success', leads: 4 },
      ],
      alreadySucceeded: {
        calls: 5,
        steps: [
          { step: 'deliver', leads: 1 },
          { step: 'phone', leads: 4 },
        ],
      },
      sample: [1, 2, 3, 4].map(sampleLeadId),
    })
  })

  test('orders nothing', async () => {
    await using console = await openConsole()
    await console.post({ filter: { flow: 'demo' }, dryRun: true })
    expect(await console.orders()).toEqual([])
  })

  test('counts no skipped calls when succeeded steps run again, or lie before the first step', async () => {
    await using console = await openConsole()
    const again = await console.post({ filter: { flow: 'demo', outcome: 'error' }, succeededSteps: 'run', dryRun: true })
    expect(again.json().alreadySucceeded.calls).toBe(0)
    const later = await console.post({ filter: { flow: 'demo', outcome: 'error' }, fromStep: 'deliver', dryRun: true })
    expect(later.json().alreadySucceeded.calls).toBe(0)
  })

  test('counts the leads that a topic range names, each once', async () => {
    await using console = await openConsole()
    await appendDeadLetters(console)
    const answer = await console.post({ topic: { name: 'dead-letters', fromOffset: 0 }, dryRun: true })
    expect(answer.json()).toMatchObject({ leads: 1, running: 1, unknown: 1, records: 1, sample: [sampleLeadId(3)] })
  })
})

describe('an order', () => {
  test('is accepted with the count of its dry run, and lies in the log', async () => {
    await using console = await openConsole()
    const filter = { flow: 'demo', outcome: 'error' } as const
    const preview = await console.post({ filter, dryRun: true })
    const answer = await console.post({ filter, idempotencyKeys: 'new', leadsPerSecond: 5 })
    expect(answer.statusCode).toBe(202)
    expect(answer.json().total).toBe(preview.json().leads)
    const { replayId } = answer.json()
    expect(answer.headers.location).toBe(`/v1/replays/${replayId}`)
    expect(await console.orders()).toMatchObject([
      {
        replayId,
        total: 2,
        orderedAt: nowMs,
        idempotencyKeys: 'new',
        succeededSteps: 'skip',
        leadsPerSecond: 5,
        status: 'running',
        cursor: null,
      },
    ])
  })

  test('of a topic range is fixed to what the topic holds now', async () => {
    await using console = await openConsole()
    await appendDeadLetters(console)
    await console.post({ topic: { name: 'leadline.dead-letters', fromOffset: 1, until: nowMs } })
    const [order] = await console.orders()
    expect(JSON.parse(order?.selection ?? '')).toEqual({
      type: 'records',
      topic: 'leadline.dead-letters',
      ranges: [{ partition: 0, from: 1, to: 5 }],
      since: null,
      until: nowMs,
    })
  })

  test('with an idempotency key is one replay, however often it is sent', async () => {
    await using console = await openConsole()
    const body = { filter: { flow: 'demo' } }
    const ids = [await console.post(body, { 'idempotency-key': 'k1' }), await console.post(body, { 'idempotency-key': 'k1' })]
    expect(ids[0]?.json().replayId).toBe(ids[1]?.json().replayId)
    expect((await console.post(body, { 'idempotency-key': 'k2' })).json().replayId).not.toBe(ids[0]?.json().replayId)
  })

  test.each([
    [{}, 'REPLAY_FILTER_EMPTY'],
    [{ filter: {} }, 'REPLAY_FILTER_EMPTY'],
    [{ filter: { leadIds: [] } }, 'REPLAY_FILTER_EMPTY'],
    [{ topic: { name: 'dead-letters' } }, 'REPLAY_FILTER_EMPTY'],
  ])('without a filter is refused: %j', async (body, code) => {
    await using console = await openConsole()
    const answer = await console.post(body)
    expect([answer.statusCode, answer.json().code]).toEqual([400, code])
    expect(await console.orders()).toEqual([])
  })

  test.each([
    [{ filter: { flow: 'demo' }, colour: 'red' }, 'colour'],
    [{ filter: { colour: 'red' } }, 'filter.colour'],
    [{ filter: { outcome: 'maybe' } }, 'filter.outcome'],
    [{ filter: { flow: 'gone' } }, 'filter.flow'],
    [{ filter: { flow: 'demo' }, fromStep: 'mail' }, 'fromStep'],
    [{ filter: { flow: 'demo' }, leadsPerSecond: 0 }, 'leadsPerSecond'],
    [{ filter: { leadIds: ['42'] } }, 'filter.leadIds.0'],
    [{ filter: { flow: 'demo' }, topic: { name: 'dead-letters', fromOffset: 0 } }, 'topic'],
    [{ topic: { name: 'payroll', fromOffset: 0 } }, 'topic.name'],
    [{ topic: { name: 'dead-letters', partition: 9, fromOffset: 0 } }, 'topic.partition'],
  ])('that is wrong is refused, and the field is named: %j', async (body, field) => {
    await using console = await openConsole()
    const answer = await console.post(body)
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'INVALID_VALUE', field })
    expect(await console.orders()).toEqual([])
  })

  test('that is no JSON is refused', async () => {
    await using console = await openConsole()
    const headers = { 'content-type': 'application/json' }
    const answer = await console.server.app.inject({ method: 'POST', url: '/v1/replays', payload: '{"filter":', headers })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'BODY_UNPARSABLE'])
  })
})

describe('GET /v1/replays/{replayId}', () => {
  const completed = {
    type: 'completed',
    event: sampleCompleted({ leadId: sampleLeadId(3), generation: 1, replayId: 'replay-1' }),
  } as const
  const order = (fields: Parameters<typeof sampleOrder>[0]) => ({ type: 'replay', event: sampleOrder(fields) }) as const

  test.each([
    ['starting', [order({ total: 2, started: 1 }), completed]],
    ['running', [order({ total: 2, started: 2, status: 'completed' }), completed]],
    ['completed', [order({ total: 1, started: 1, status: 'completed' }), completed]],
  ])('tells that a replay is %s', async (status, events) => {
    await using console = await openConsole()
    await console.store.record(storedEvents(events))
    const answer = await console.get('/v1/replays/replay-1')
    expect(answer.json()).toMatchObject({ status, completed: 1, ended: { success: 1, failure: 0, error: 0 } })
  })

  test('answers 404 for a replay that nobody ordered', async () => {
    await using console = await openConsole()
    const answer = await console.get('/v1/replays/none')
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'REPLAY_NOT_FOUND'])
  })
})
