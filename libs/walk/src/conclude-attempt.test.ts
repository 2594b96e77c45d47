import type { StepVerdict } from '@leadline/connectors'
import { type ErrorClass, type JsonObject, namedRetryPolicies, parseLeadId } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { standardFieldTypes } from '@leadline/language'
import { describe, expect, it } from 'vitest'
import { concludeAttempt } from './conclude-attempt.ts'
import type { Draft } from './draft.ts'

const step = (name: string, over: Partial<Step> = {}): Step => ({
  name,
  connector: 'http',
  connectorRevision: 'r1',
  role: 'decides',
  pool: 'default',
  append: name,
  retry: namedRetryPolicies.blip,
  onError: 'stop',
  onFailure: 'continue',
  order: 'overtake',
  limits: { concurrency: null, ratePerSecond: null, quota: null },
  caps: [],
  action: { destination: 'h:80', run: () => Promise.reject(new Error('not called')) },
  ...over,
})

const flowOf = (...steps: Step[]): Flow => ({
  name: 'demo',
  title: 'Demo',
  version: 'v1',
  file: 'demo.yaml',
  sources: new Map(),
  steps,
  dedupe: null,
  orderBy: null,
  fields: standardFieldTypes,
  settings: {},
  gates: new Map(),
})

const work = (stepName: string, over: Partial<StepWork> = {}): StepWork => ({
  leadId: parseLeadId('01890a5d-ac96-774b-bcce-b302099a8057'),
  flow: 'demo',
  flowVersion: 'v1',
  source: 'web',
  receivedAt: 1_000,
  step: stepName,
  generation: 0,
  keyGeneration: 0,
  attempt: 1,
  firstFailedAt: null,
  seq: 1,
  doneSteps: [],
  replayId: null,
  traceparent: null,
  price: null,
  lastOutcome: null,
  lastReason: null,
  lastStep: null,
  orderKey: null,
  lead: '{"email":"a@example.com"}',
  appended: '{}',
  ...over,
})

const verdict = (conclusion: StepVerdict['conclusion']): StepVerdict => ({
  conclusion,
  rule: 'r',
  destination: 'h:80',
  exchange: null,
})
const success = (appended: JsonObject = {}, price: number | null = null) =>
  verdict({ type: 'success', appended, price, reference: null })
const failure = (reason: string) => verdict({ type: 'failure', reason, appended: {}, reference: null })
const error = (retryable: boolean, retryAfterMs: number | null = null, errorClass: ErrorClass = 'system') =>
  verdict({
    type: 'error',
    error: { code: 'DESTINATION_UNAVAILABLE', class: errorClass, retryable, reason: 'down', retryAfterMs },
  })

const conclude = (
  flow: Flow,
  at: number,
  result: StepVerdict,
  over: Partial<StepWork> = {},
  closedUntil: number | null = null,
): Draft[] => {
  const current = flow.steps[at]
  if (current === undefined) throw new Error('no such step')
  return concludeAttempt({
    flow,
    step: current,
    work: work(current.name, over),
    origin: { topic: 't.steps.default', partition: 3, offset: 77 },
    verdict: result,
    appended: {},
    idempotencyKey: 'k',
    closedUntil,
    startedAt: 2_000,
    endedAt: 2_020,
    random: 0.5,
  })
}

const kinds = (drafts: readonly Draft[]): string[] =>
  drafts.map((draft) =>
    draft.type === 'activity' ? draft.event.type : draft.type === 'outcome' ? `outcome.${draft.event.outcome}` : draft.type,
  )
const only = <T extends Draft['type']>(drafts: readonly Draft[], type: T): Extract<Draft, { type: T }> => {
  const found = drafts.filter((draft): draft is Extract<Draft, { type: T }> => draft.type === type)
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} drafts of type ${type}`)
  return found[0]
}

describe('an attempt that succeeded', () => {
  it('emits one outcome and the work of the next step, in the pool of that step', () => {
    const drafts = conclude(flowOf(step('check'), step('deliver', { pool: 'slow' })), 0, success({ carrier: 'X' }))
    expect(kinds(drafts)).toEqual(['step.succeeded', 'outcome.success', 'work'])
    expect(only(drafts, 'work')).toMatchObject({
      pool: 'slow',
      event: { step: 'deliver', attempt: 1, seq: 2, appended: '{"check":{"carrier":"X"}}' },
    })
  })

  it('completes the lead after the last step, with the price', () => {
    const drafts = conclude(flowOf(step('deliver')), 0, success({}, 12.5))
    expect(kinds(drafts)).toEqual(['step.succeeded', 'outcome.success', 'completed'])
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'success', price: 12.5, step: 'deliver', reason: null })
  })
})

describe('an attempt that failed', () => {
  it('goes on by default; the last deciding step decides the lead', () => {
    const flow = flowOf(step('check'), step('deliver'))
    const next = only(conclude(flow, 0, failure('bad phone')), 'work').event
    const drafts = conclude(flow, 1, success(), next)
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'success', reason: null })
  })

  it('is never tried again, and ends the lead where the step says stop', () => {
    const drafts = conclude(flowOf(step('deliver', { onFailure: 'stop' }), step('never')), 0, failure('no budget'))
    expect(kinds(drafts)).toEqual(['step.failed', 'outcome.failure', 'completed'])
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'failure', reason: 'no budget', step: 'deliver' })
  })
})

describe('an attempt without an answer', () => {
  it('is parked on the nearest tier that is not shorter than the delay, and goes back to where it came from', () => {
    const drafts = conclude(flowOf(step('deliver')), 0, error(true), { attempt: 2 })
    expect(kinds(drafts)).toEqual(['step.errored', 'retry.scheduled', 'retry'])
    expect(only(drafts, 'retry')).toMatchObject({
      tierMs: 2_000,
      dueAt: 4_020,
      origin: { topic: 't.steps.default', partition: 3 },
      event: { attempt: 3, firstFailedAt: 2_020, seq: 3 },
    })
  })

  it('waits as long as the destination asks', () => {
    expect(only(conclude(flowOf(step('deliver')), 0, error(true, 30_000)), 'retry')).toMatchObject({
      tierMs: 32_000,
      dueAt: 32_020,
    })
  })

  it('becomes one error outcome and one dead letter when the policy is used up', () => {
    const drafts = conclude(flowOf(step('deliver')), 0, error(true), { attempt: 6 })
    expect(kinds(drafts)).toEqual(['step.errored', 'outcome.error', 'dead-letter', 'completed'])
    expect(only(drafts, 'dead-letter').event).toMatchObject({ reason: 'attempts-exhausted', attempt: 6, originOffset: 77 })
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'error', reason: 'down', step: 'deliver' })
  })

  it('lets the lead go on where the step says so', () => {
    const drafts = conclude(flowOf(step('check', { onError: 'continue' }), step('deliver')), 0, error(false))
    expect(kinds(drafts)).toEqual(['step.errored', 'outcome.error', 'dead-letter', 'work'])
    expect(only(drafts, 'work').event.step).toBe('deliver')
  })
})

describe('an attempt at a destination that is down', () => {
  const down = 33_000

  it('waits for it with the attempt it has, however many it has used', () => {
    const drafts = conclude(flowOf(step('deliver')), 0, error(true), { attempt: 6 }, down)
    expect(kinds(drafts)).toEqual(['step.errored', 'retry.scheduled', 'retry'])
    expect(only(drafts, 'retry')).toMatchObject({ dueAt: down, parks: 1, event: { attempt: 6 } })
  })

  it('waits a day at most: then the outage costs attempts', () => {
    const dayAgo = 2_020 - 25 * 3_600_000
    const drafts = conclude(flowOf(step('deliver')), 0, error(true), { attempt: 6, firstFailedAt: dayAgo }, down)
    expect(kinds(drafts)).toEqual(['step.errored', 'outcome.error', 'dead-letter', 'completed'])
  })

  it("is dead-lettered all the same when the error is the lead's own", () => {
    const drafts = conclude(flowOf(step('deliver')), 0, error(false, null, 'data'), {}, down)
    expect(kinds(drafts)).toContain('dead-letter')
  })
})

describe('a gate', () => {
  it('lets the lead on without deciding its outcome', () => {
    const flow = flowOf(step('deliver'), step('gate', { role: 'gates' }))
    const afterDelivery = only(conclude(flow, 0, failure('sold out')), 'work').event
    const drafts = conclude(flow, 1, verdict({ type: 'continue' }), afterDelivery)
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'failure', reason: 'sold out', step: 'deliver' })
  })

  it('ends the lead with its reason', () => {
    const drafts = conclude(
      flowOf(step('gate', { role: 'gates' }), step('deliver')),
      0,
      verdict({ type: 'stop', reason: 'not mobile' }),
    )
    expect(kinds(drafts)).toEqual(['step.failed', 'outcome.failure', 'completed'])
    expect(only(drafts, 'completed').event).toMatchObject({ outcome: 'failure', reason: 'not mobile', step: 'gate' })
  })
})

describe('a replayed lead', () => {
  it('passes over the steps that succeeded before, and says so', () => {
    const flow = flowOf(step('gate'), step('check'), step('deliver'))
    const drafts = conclude(flow, 0, success(), { generation: 1, doneSteps: ['check'] })
    expect(kinds(drafts)).toEqual(['step.succeeded', 'outcome.success', 'step.skipped', 'work'])
    expect(only(drafts, 'work').event).toMatchObject({ step: 'deliver', seq: 3, generation: 1 })
  })
})

describe('event ids', () => {
  const idsOf = (over: Partial<StepWork>): string[] =>
    conclude(flowOf(step('deliver')), 0, success(), over).flatMap((draft) =>
      'eventId' in draft.event ? [draft.event.eventId] : [],
    )

  it('are the same when the same attempt is concluded again', () => {
    expect(idsOf({})).toEqual(idsOf({}))
  })

  it('differ between generations', () => {
    expect(idsOf({ generation: 1 }).filter((id) => idsOf({}).includes(id))).toEqual([])
  })
})
