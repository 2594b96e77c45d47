import type { StepVerdict } from '@leadline/connectors'
import { namedRetryPolicies, parseLeadId } from '@leadline/domain'
import type { StepWork } from '@leadline/events'
import type { Flow, Step } from '@leadline/flows'
import { type CapSpec, standardFieldTypes } from '@leadline/language'
import { describe, expect, it } from 'vitest'
import { capsOfLead, enterCaps, isCapped, passCaps } from './cap-places.ts'
import { concludeAttempt } from './conclude-attempt.ts'
import type { Draft } from './draft.ts'
import { skipStep } from './skip-step.ts'

const timezone = 'America/New_York'
const cap = (scope: CapSpec['scope'], per: CapSpec['per'] = 'total'): CapSpec => ({ max: 5, per, scope, timezone })
const step = (name: string, caps: readonly CapSpec[] = []): Step => ({
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
  caps,
  action: { destination: null, run: () => Promise.reject(new Error('not called')) },
})
const flowOf = (caps: readonly CapSpec[], ...steps: readonly Step[]): Flow => ({
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
  gates: new Map([['web', { mappings: [], acceptance: null, pricing: null, caps, hours: null }]]),
})
const leadId = parseLeadId('01890a5d-ac96-774b-bcce-b302099a8057')
const work = (stepName: string, over: Partial<StepWork> = {}): StepWork => ({
  leadId,
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
  lead: '{}',
  appended: '{}',
  ...over,
})
const drafted = (stepName: string): Draft => ({ type: 'work', pool: 'default', event: work(stepName) })
const conclude = (flow: Flow, at: Step, conclusion: StepVerdict['conclusion']): readonly Draft[] =>
  passCaps(
    flow,
    concludeAttempt({
      ...{ flow, step: at, work: work(at.name), appended: {}, idempotencyKey: null, closedUntil: null },
      ...{ origin: { topic: 't', partition: 0, offset: 0 }, startedAt: 2_000, endedAt: 2_020, random: 0.5 },
      verdict: { conclusion, rule: 'r', destination: null, exchange: null },
    }),
  )
const success = { type: 'success', appended: {}, price: null, reference: null } as const
const failure = { type: 'failure', reason: 'no', appended: {}, reference: null } as const
const places = (drafts: readonly Draft[]) =>
  drafts.flatMap((draft) =>
    draft.type === 'take-place' || draft.type === 'give-back-place' ? [`${draft.type} ${draft.counter}`] : [],
  )

describe('a walk that begins', () => {
  it('asks the first of its caps: those of the source and the flow before those of the step', () => {
    const flow = flowOf([cap('source'), cap('flow')], step('a', [cap('step')]))
    expect(places(enterCaps(flow, [drafted('a')]))).toEqual(['take-place source:demo/web:total:ever'])
    expect(places(enterCaps(flowOf([], step('a', [cap('step')])), [drafted('a')]))).toEqual(['take-place step:demo/a:total:ever'])
  })

  it('goes straight to its step when neither it nor the lead is under a cap', () => {
    const flow = flowOf([], step('a'), step('b', [cap('step')]))
    expect(enterCaps(flow, [drafted('a')])).toEqual([drafted('a')])
    expect([isCapped(flow), isCapped(flowOf([], step('a')))]).toEqual([true, false])
  })
})

describe('a walk that goes on', () => {
  it('asks the caps of the next step, and keeps the place of one that succeeded', () => {
    const [first, second] = [step('a', [cap('step')]), step('b', [cap('step')])]
    expect(places(conclude(flowOf([cap('flow')], first, second), first, success))).toEqual(['take-place step:demo/b:total:ever'])
  })

  it('gives back the places of a step that failed, and keeps those of the lead while it lives', () => {
    const [first, second] = [step('a', [cap('step')]), step('b')]
    expect(places(conclude(flowOf([cap('flow')], first, second), first, failure))).toEqual([
      'give-back-place step:demo/a:total:ever',
    ])
  })

  it('gives back all places of a lead that ends as anything but success', () => {
    const last = step('a', [cap('step')])
    const flow = flowOf([cap('source'), cap('flow')], last)
    expect(places(conclude(flow, last, success))).toEqual([])
    expect(places(conclude(flow, last, failure))).toEqual([
      'give-back-place step:demo/a:total:ever',
      'give-back-place source:demo/web:total:ever',
      'give-back-place flow:demo:total:ever',
    ])
  })

  it('keeps its place while a step is tried again', () => {
    const last = step('a', [cap('step')])
    const down = {
      code: 'DESTINATION_UNAVAILABLE',
      class: 'system',
      retryable: true,
      reason: 'down',
      retryAfterMs: null,
    } as const
    expect(places(conclude(flowOf([cap('flow')], last), last, { type: 'error', error: down }))).toEqual([])
  })

  it('gives back the place of a step that its own rules skip', () => {
    const [first, second] = [step('a', [cap('step')]), step('b')]
    const flow = flowOf([cap('flow')], first, second)
    const drafts = skipStep(flow, first, work('a'), { reason: 'not wanted', now: 2_000 })
    expect(places(passCaps(flow, drafts))).toEqual(['give-back-place step:demo/a:total:ever'])
  })
})

describe('the counter of a cap', () => {
  const counterAt = (per: CapSpec['per'], iso: string) =>
    capsOfLead(flowOf([cap('flow', per)], step('a')), work('a', { receivedAt: Date.parse(iso) })).map(({ counter }) => counter)

  it('changes at midnight of the flow’s time zone, on the day on which clocks are put forward too', () => {
    const moments = ['2025-03-09T04:59:59Z', '2025-03-09T05:00:00Z', '2025-03-10T03:59:59Z', '2025-03-10T04:00:00Z']
    expect(moments.flatMap((iso) => counterAt('day', iso))).toEqual([
      'flow:demo:day:2025-03-08',
      'flow:demo:day:2025-03-09',
      'flow:demo:day:2025-03-09',
      'flow:demo:day:2025-03-10',
    ])
  })

  it('is another one for each of the two hours between one and two when clocks are put back', () => {
    const [before, again] = ['2025-11-02T05:30:00Z', '2025-11-02T06:30:00Z'].map((iso) => counterAt('hour', iso))
    expect(before).not.toEqual(again)
    expect(counterAt('hour', '2025-11-02T05:59:59Z')).toEqual(before)
  })

  it('changes with the month where the flow is, not with that of Greenwich', () => {
    expect(counterAt('month', '2025-04-01T03:59:59Z')).toEqual(['flow:demo:month:2025-03'])
    expect(counterAt('month', '2025-04-01T04:00:00Z')).toEqual(['flow:demo:month:2025-04'])
  })
})
