import type { Flows, Step } from '@leadline/flows'
import { isTyped } from '@leadline/language'
import { createMemoryCluster } from '@leadline/log'
import { describe, expect, it } from 'vitest'
import {
  accept,
  eventually,
  flowsWith,
  newId,
  type Run,
  receive,
  received,
  type Scenario,
  startScenario,
  topics,
} from './worker-scenario.ts'

const dedupe = { dedupe: { fields: ['email'], windowMs: 60_000 } }
const submit = ({ log }: Scenario, value: Buffer | string | null, headers: Record<string, string>): Promise<void> =>
  log.append([{ topic: topics.submissions, key: Buffer.from('any'), value: value === null ? null : Buffer.from(value), headers }])
const stepsOf = ({ byName }: Flows): readonly Step[] => [...byName.values()].flatMap(({ steps }) => steps)
const addressed = { flow: 'demo', source: 'web' }

describe('a received lead', () => {
  it('walks its flow and is completed, with one outcome and one activity per step', async () => {
    const flows = flowsWith(accept)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { email: 'a@example.com' })])

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)

    expect(await scenario.events('lead-completed', topics.completed)).toMatchObject([
      { outcome: 'success', price: 3, appended: '{"deliver":{"ok":true}}' },
    ])
    expect(await scenario.events('step-outcome', topics.outcomes.success)).toMatchObject([
      { step: 'deliver', attempt: 1, rule: 'success-status' },
    ])
    expect(await scenario.events('activity', topics.activity)).toMatchObject([{ type: 'step.succeeded', seq: 1 }])
  })

  it('walks on with all that a step has added to it, be it more than a body may hold', async () => {
    const clicks = Array.from({ length: 3_500 }, (_, at) => ({ id: `7e${at}`, at, seen: true }))
    const tracked: Run = async (call) => ({
      ...(await accept(call)),
      conclusion: { type: 'success', appended: { clicks }, price: null, reference: null },
    })
    const steps = [
      { run: tracked, name: 'track' },
      { run: accept, name: 'deliver' },
    ].flatMap(({ run, name }) => stepsOf(flowsWith(run)).map((step): Step => ({ ...step, name, append: name })))
    const flows = flowsWith(accept, { steps })
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { email: 'a@example.com' })])

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)

    expect(await scenario.events('lead-completed', topics.completed)).toMatchObject([
      { outcome: 'success', price: 3, step: 'deliver', appended: JSON.stringify({ track: { clicks }, deliver: { ok: true } }) },
    ])
    expect(await scenario.events('dead-letter', topics.deadLetters)).toEqual([])
  })

  it('starts once however often it arrives; the repetition is noted', async () => {
    const flows = flowsWith(accept)
    await using scenario = await startScenario(flows)
    const event = received(flows, { email: 'a@example.com' })
    await receive(scenario, [event, event, received(flows, { email: 'changed@example.com' }, event.leadId)])

    await eventually(async () => (await scenario.events('activity', topics.activity)).length === 3)

    expect((await scenario.events('lead-completed', topics.completed)).length).toBe(1)
    const rules = (await scenario.events('activity', topics.activity)).map(({ rule }) => rule).sort()
    expect(rules).toEqual(['repeated', 'repeated-with-other-body', 'success-status'])
  })

  it('is known when it arrives again, though it was received long before leads that passed meanwhile', async () => {
    const flows = flowsWith(accept)
    await using scenario = await startScenario(flows)
    const hour = 3_600_000
    const old = { ...received(flows, { email: 'a@example.com' }), receivedAt: Date.now() - 42 * hour }
    await receive(scenario, [old])
    for (let round = 1; round <= 5; round++) {
      const others = Array.from({ length: 10 }, (_, i) => received(flows, { email: `${round}-${i}@example.com` }))
      await receive(scenario, others)
      await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === round * 10 + 1)
    }
    await receive(scenario, [old])
    await eventually(async () => (await scenario.events('activity', topics.activity)).length === 52)
    const rules = (await scenario.events('activity', topics.activity)).map(({ rule }) => rule)
    expect(rules.filter((rule) => rule === 'repeated').length).toBe(1)
  })

  it('of a flow that is not installed waits in dead letters', async () => {
    const flows = flowsWith(accept)
    await using scenario = await startScenario(flows)
    await receive(scenario, [{ ...received(flows, {}), flow: 'gone' }])
    await eventually(async () => (await scenario.events('dead-letter', topics.deadLetters)).length === 1)
    expect(await scenario.events('dead-letter', topics.deadLetters)).toMatchObject([
      { errorCode: 'FLOW_UNKNOWN', flow: 'gone', lead: '{}' },
    ])
  })
})

describe('leads with one dedupe key', () => {
  it('pass once in each pair that arrives at the same instant, with two workers', async () => {
    const flows = flowsWith(accept, dedupe)
    const cluster = createMemoryCluster()
    await using scenario = await startScenario(flows, cluster)
    await using _second = await startScenario(flows, cluster)
    const pairs = Array.from({ length: 100 }, (_, i) => [
      received(flows, { email: `a${i}@example.com` }),
      received(flows, { email: ` A${i}@Example.com` }),
    ])
    await receive(scenario, pairs.flat())

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 200)

    const completed = await scenario.events('lead-completed', topics.completed)
    expect(completed.filter(({ outcome }) => outcome === 'success').length).toBe(100)
    expect(
      completed.filter(
        ({ outcome, reason, rule }) => outcome === 'failure' && reason === 'Duplicate lead' && rule === 'duplicate',
      ).length,
    ).toBe(100)
  })

  it('pass again once the window is over', async () => {
    const flows = flowsWith(accept, dedupe)
    await using scenario = await startScenario(flows)
    const first = received(flows, { email: 'a@example.com' })
    const later = { ...received(flows, { email: 'a@example.com' }), receivedAt: first.receivedAt + 60_001 }
    await receive(scenario, [first, later])
    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 2)
    expect((await scenario.events('lead-completed', topics.completed)).map(({ outcome }) => outcome)).toEqual([
      'success',
      'success',
    ])
  })
})

describe('a submission published to the topic', () => {
  it('as JSON becomes a lead, the same one when its idempotency key is repeated', async () => {
    await using scenario = await startScenario(flowsWith(accept))
    const keyed = { ...addressed, 'idempotency-key': 'order-1' }
    await submit(scenario, '{"email":"a@example.com","id":9007199254740993}', keyed)
    await submit(scenario, '{"email":"a@example.com","id":9007199254740993}', keyed)

    await eventually(async () => (await scenario.events('activity', topics.activity)).length === 2)

    expect(await scenario.events('lead-completed', topics.completed)).toMatchObject([
      { lead: '{"email":"a@example.com","id":9007199254740993}' },
    ])
  })

  it('as Avro becomes a lead', async () => {
    await using scenario = await startScenario(flowsWith(accept))
    await submit(scenario, scenario.codec.encode('submission', { lead: '{"email":"a@example.com"}' }), {
      ...addressed,
      'lead-id': newId(),
    })
    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)
    expect(await scenario.events('lead-received', topics.received)).toMatchObject([{ origin: 'submission', source: 'web' }])
  })

  it.each([
    ['no flow', '{}', { source: 'web' }, 'RECORD_INVALID', 'header flow is missing'],
    ['an unknown flow', '{}', { flow: 'nope', source: 'web' }, 'FLOW_UNKNOWN', 'no flow "nope"'],
    ['an unknown source', '{}', { flow: 'demo', source: 'nope' }, 'RECORD_INVALID', 'no source "nope"'],
    ['a lead id that is none', '{}', { ...addressed, 'lead-id': '7' }, 'RECORD_INVALID', 'lead-id is not a UUID'],
    ['broken JSON', '{"email":', addressed, 'RECORD_UNDECODABLE', ''],
    ['an array', '[1]', addressed, 'RECORD_UNDECODABLE', ''],
    ['bytes that are nothing', Buffer.from([0xc3, 0x01, 1, 2]), addressed, 'RECORD_UNDECODABLE', ''],
    ['no value', null, addressed, 'RECORD_INVALID', 'no value'],
  ])(
    'with %s goes to dead letters with the reason and its bytes; the next one goes on',
    async (_, value, headers, errorCode, message) => {
      await using scenario = await startScenario(flowsWith(accept))
      await submit(scenario, value, headers)
      await submit(scenario, '{"email":"fine@example.com"}', addressed)

      await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)

      const [letter] = await scenario.events('dead-letter', topics.deadLetters)
      expect(letter).toMatchObject({ errorCode, message: expect.stringContaining(message), originTopic: topics.submissions })
      expect(letter?.rawValue ?? null).toEqual(value === null ? null : Buffer.from(value))
    },
  )
})

describe('a step', () => {
  it('reads the lead by its types and sends sensitive fields, which its outcome and the end of the lead show starred', async () => {
    const seen: unknown[] = []
    const flows = flowsWith(async (call) => {
      const phone = call.view.lead['phone']
      seen.push(call.view.lead['ssn'], isTyped(phone) && phone.components['area'], call.hidden?.())
      return accept(call)
    })
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { phone: '(737) 874-2833', ssn: '078-05-1120' })])
    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)
    expect(seen).toMatchObject([{ normal: '078051120' }, '737', ['078051120', '1120']])
    const ended = [
      ...(await scenario.events('step-outcome', topics.outcomes.success)),
      ...(await scenario.events('lead-completed', topics.completed)),
    ]
    expect(ended.map(({ lead }) => JSON.parse(lead))).toEqual(Array(2).fill({ phone: '7378742833', ssn: '*********' }))
  })

  it('whose action throws is an error that is tried again', async () => {
    const broken: Run = async () => {
      throw new TypeError('a bug')
    }
    const flows = flowsWith(broken)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, {})])
    await eventually(async () => (await scenario.events('activity', topics.activity)).length === 2)
    expect(await scenario.events('activity', topics.activity)).toMatchObject([
      { type: 'step.errored', errorCode: 'UNEXPECTED', reason: 'a bug' },
      { type: 'retry.scheduled', attempt: 2, maxAttempts: 6 },
    ])
  })

  it('whose answer is too large for the log ends in one error and a dead letter', async () => {
    const huge: Run = async (call) => ({
      ...(await accept(call)),
      conclusion: { type: 'success', appended: { blob: 'x'.repeat(5_000_000) }, price: null, reference: null },
    })
    const flows = flowsWith(huge)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, {})])
    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)
    expect(await scenario.events('lead-completed', topics.completed)).toMatchObject([{ outcome: 'error' }])
    expect(await scenario.events('dead-letter', topics.deadLetters)).toMatchObject([
      { errorCode: 'RECORD_TOO_LARGE', step: 'deliver' },
    ])
  })

  it('whose work cannot be read goes to dead letters with the raw bytes', async () => {
    await using scenario = await startScenario(flowsWith(accept))
    await scenario.log.append([
      { topic: topics.steps('default'), key: Buffer.from('k'), value: Buffer.from('garbage'), headers: { a: 'b' } },
    ])
    await eventually(async () => (await scenario.events('dead-letter', topics.deadLetters)).length === 1)
    expect(await scenario.events('dead-letter', topics.deadLetters)).toMatchObject([
      { reason: 'undecodable', rawKey: Buffer.from('k'), rawValue: Buffer.from('garbage'), rawHeaders: { a: Buffer.from('b') } },
    ])
  })
})
