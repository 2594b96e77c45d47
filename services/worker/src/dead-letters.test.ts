import { hash } from 'node:crypto'
import type { StepWork } from '@leadline/events'
import type { Flows } from '@leadline/flows'
import type { OutgoingRecord } from '@leadline/log'
import { firstWalk } from '@leadline/walk'
import { describe, expect, it } from 'vitest'
import {
  accept,
  eventually,
  flowsWith,
  type Run,
  receive,
  received,
  type Scenario,
  startScenario,
  topics,
} from './worker-scenario.ts'

const deadLetters = (scenario: Scenario) => scenario.events('dead-letter', topics.deadLetters)
const untilDead = (scenario: Scenario) => eventually(async () => (await deadLetters(scenario)).length === 1)

describe('a record that is as large as a topic takes, and wrong', () => {
  const value = Buffer.alloc(4 * 1024 * 1024 - 200, 'garbage ')

  it.each([
    ['submissions', topics.submissions, 'RECORD_INVALID'],
    ['received leads', topics.received, 'RECORD_UNDECODABLE'],
    ['caps', topics.caps, 'RECORD_UNDECODABLE'],
    ['work', topics.steps('default'), 'RECORD_UNDECODABLE'],
  ])(
    'among %s is in dead letters with its beginning, length and digest, and the partition goes on',
    async (_, topic, errorCode) => {
      const flows = flowsWith(accept)
      await using scenario = await startScenario(flows)
      await scenario.log.append([{ topic, key: Buffer.from('k'), value, headers: {} }])
      await receive(scenario, [received(flows, { email: 'fine@example.com' })])

      await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)
      await untilDead(scenario)

      const [letter] = await deadLetters(scenario)
      expect(letter).toMatchObject({ reason: 'too-large', errorCode, originTopic: topic, rawKey: Buffer.from('k') })
      expect(letter?.rawValue?.equals(value.subarray(0, letter.rawValue.length))).toBe(true)
      expect(letter?.message).toContain(`of ${value.length} bytes`)
      expect(letter?.message).toContain(hash('sha256', value, 'hex'))
    },
  )
})

describe('work whose attempt cannot be concluded', () => {
  function workOf({ codec }: Scenario, flows: Flows, texts: { lead: string; appended: string }): OutgoingRecord {
    const flow = flows.byName.get('demo')
    if (flow === undefined) throw new Error('no flow')
    const asked = { step: 'deliver', attempt: 1, firstFailedAt: null }
    const work: StepWork = { ...firstWalk(flow, received(flows, {})), ...asked, ...texts }
    return { topic: topics.steps('default'), key: Buffer.from('k'), value: codec.encode('step-work', work), headers: {} }
  }

  it('because its lead is no JSON goes to dead letters as it is, and the next one goes on', async () => {
    const flows = flowsWith(accept)
    await using scenario = await startScenario(flows)
    const record = workOf(scenario, flows, { lead: '{"email":', appended: '{}' })
    await scenario.log.append([record])
    await receive(scenario, [received(flows, { email: 'fine@example.com' })])

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)
    await untilDead(scenario)

    expect(await deadLetters(scenario)).toMatchObject([{ reason: 'undecodable', rawValue: record.value }])
  })

  it('because all that tells of it is too large goes to dead letters alone', async () => {
    const fails: Run = async (call) => ({
      ...(await accept(call)),
      conclusion: {
        type: 'error',
        error: {
          code: 'DESTINATION_CONTRACT',
          class: 'contract',
          retryable: false,
          reason: 'x'.repeat(2_000),
          retryAfterMs: null,
        },
      },
    })
    const flows = flowsWith(fails)
    await using scenario = await startScenario(flows)
    const appended = JSON.stringify({ earlier: 'x'.repeat(4 * 1024 * 1024 - 6_000) })
    const record = workOf(scenario, flows, { lead: '{}', appended })
    await scenario.log.append([record])

    await untilDead(scenario)

    expect(await deadLetters(scenario)).toMatchObject([{ reason: 'too-large', errorCode: 'RECORD_TOO_LARGE' }])
  })
})
