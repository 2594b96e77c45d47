import { idempotencyKey } from '@leadline/domain'
import type { Activity } from '@leadline/events'
import { openSqliteStore } from '@leadline/store'
import { sampleActivity, sampleCompleted, sampleLeadId, sampleReceived, storedEvents } from '@leadline/store/sample-events'
import { describe, expect, test } from 'vitest'
import { planReplay, type ReplayTerms } from './plan-replay.ts'
import { sampleFlow } from './sample-flow.ts'

const leadId = sampleLeadId(1)
const flow = sampleFlow(['phone', 'crm', 'deliver'])
const terms: ReplayTerms = { replayId: 'r1', fromStep: null, succeededSteps: 'skip', idempotencyKeys: 'same' }

/** The lead as the store knows it after these activities, and its completion. */
async function leadAfter(...activities: readonly Partial<Activity>[]) {
  await using store = await openSqliteStore({ file: ':memory:' })
  const events = activities.map((fields, index) => ({
    type: 'activity' as const,
    event: sampleActivity({ seq: index + 1, ...fields }),
  }))
  const generation = Math.max(0, ...activities.map((fields) => fields.generation ?? 0))
  await store.record(
    storedEvents([
      { type: 'received', event: sampleReceived({ traceparent: '00-trace-01' }) },
      ...events,
      { type: 'completed', event: sampleCompleted({ generation, seq: 99, outcome: 'error' }) },
    ]),
  )
  const lead = await store.readLead(leadId)
  if (lead === undefined) throw new Error('the lead was just recorded')
  return lead
}

const phoneDone = {
  step: 'phone',
  appended: '{"carrier":"A","id":9007199254740993}',
  idempotencyKey: idempotencyKey('demo', 'phone', leadId, 0),
} as const
const crmFailed = { step: 'crm', type: 'step.errored', reason: 'no answer' } as const

function shape(drafts: ReturnType<typeof planReplay>): string[] {
  return drafts.map((draft) => {
    if (draft.type === 'work') return `work ${draft.event.step} ${draft.event.generation}.${draft.event.seq}`
    if (draft.type === 'activity') return `${draft.event.type} ${draft.event.step} ${draft.event.generation}.${draft.event.seq}`
    return draft.type === 'completed'
      ? `completed ${draft.event.outcome} ${draft.event.generation}.${draft.event.seq}`
      : draft.type
  })
}

function workOf(drafts: ReturnType<typeof planReplay>) {
  return drafts.flatMap((draft) => (draft.type === 'work' ? [draft.event] : []))[0]
}

describe('the plan of a replay', () => {
  test('passes succeeded steps over and gives the work to the first that is left', async () => {
    const drafts = planReplay(await leadAfter(phoneDone, crmFailed), flow, terms, 5)
    expect(shape(drafts)).toEqual(['replay.started crm 1.0', 'step.skipped phone 1.1', 'work crm 1.2'])
  })

  test('carries what kept steps appended, under their append names, digit by digit', async () => {
    const work = workOf(planReplay(await leadAfter(phoneDone, crmFailed), flow, terms, 5))
    expect(work?.appended).toBe('{"phone_data":{"carrier":"A","id":9007199254740993}}')
    expect(work).toMatchObject({
      lastOutcome: 'success',
      lastStep: 'phone',
      doneSteps: ['phone'],
      replayId: 'r1',
      traceparent: '00-trace-01',
    })
  })

  test('carries all of what a kept step appended, be it more than a body may hold', async () => {
    const appended = JSON.stringify({ clicks: Array(10_001).fill({ id: '7e' }) })
    const work = workOf(planReplay(await leadAfter({ ...phoneDone, appended }, crmFailed), flow, terms, 5))
    expect(work?.appended).toBe(`{"phone_data":${appended}}`)
  })

  test('starts over when succeeded steps are to be run again: nothing is kept', async () => {
    const drafts = planReplay(await leadAfter(phoneDone, crmFailed), flow, { ...terms, succeededSteps: 'run' }, 5)
    expect(shape(drafts)).toEqual(['replay.started phone 1.0', 'work phone 1.1'])
    expect(workOf(drafts)).toMatchObject({ appended: '{}', doneSteps: [], lastOutcome: null })
  })

  test('starts at the step that was asked for, with what the steps before it appended', async () => {
    const lead = await leadAfter(phoneDone, { ...crmFailed, type: 'step.failed', reason: 'no', appended: '{"code":7}' })
    const drafts = planReplay(lead, flow, { ...terms, fromStep: 'deliver', succeededSteps: 'run' }, 5)
    expect(shape(drafts)).toEqual(['replay.started deliver 1.0', 'work deliver 1.1'])
    expect(workOf(drafts)).toMatchObject({
      appended: '{"phone_data":{"carrier":"A","id":9007199254740993},"crm_data":{"code":7}}',
      lastOutcome: 'failure',
      lastReason: 'no',
      lastStep: 'crm',
    })
  })

  test('completes the lead without a call when every step has succeeded', async () => {
    const lead = await leadAfter(phoneDone, { step: 'crm' }, { step: 'deliver', price: 12.5 })
    const drafts = planReplay(lead, flow, terms, 5)
    expect(shape(drafts)).toEqual([
      'replay.started null 1.0',
      'step.skipped phone 1.1',
      'step.skipped crm 1.2',
      'step.skipped deliver 1.3',
      'completed success 1.4',
    ])
    expect(drafts.at(-1)).toMatchObject({ event: { price: 12.5, step: 'deliver' } })
  })

  test('a step that succeeded in any generation is not called again, though a later try failed', async () => {
    const lead = await leadAfter(phoneDone, { generation: 1, step: 'phone', type: 'step.errored' })
    expect(shape(planReplay(lead, flow, terms, 5))).toEqual(['replay.started crm 2.0', 'step.skipped phone 2.1', 'work crm 2.2'])
  })

  test('calls keep their idempotency keys unless new ones are ordered', async () => {
    const lead = await leadAfter(phoneDone, crmFailed)
    expect(workOf(planReplay(lead, flow, terms, 5))?.keyGeneration).toBe(0)
    expect(workOf(planReplay(lead, flow, { ...terms, idempotencyKeys: 'new' }, 5))?.keyGeneration).toBe(1)
  })

  test('the same keys are those of the last call, also when a replay with new keys came before', async () => {
    const renewed = {
      generation: 1,
      step: 'crm',
      type: 'step.errored',
      idempotencyKey: idempotencyKey('demo', 'crm', leadId, 1),
    } as const
    const lead = await leadAfter(phoneDone, crmFailed, renewed)
    expect(workOf(planReplay(lead, flow, terms, 5))).toMatchObject({ generation: 2, keyGeneration: 1 })
  })

  test('refuses a step that the flow does not have', async () => {
    const lead = await leadAfter(phoneDone)
    expect(() => planReplay(lead, flow, { ...terms, fromStep: 'mail' }, 5)).toThrow(
      expect.objectContaining({ code: 'STEP_UNKNOWN' }),
    )
  })

  test('the same order gives the same event ids, so that a repeated chunk is no second replay', async () => {
    const lead = await leadAfter(phoneDone, crmFailed)
    expect(planReplay(lead, flow, terms, 5)).toEqual(planReplay(lead, flow, terms, 5))
  })
})
