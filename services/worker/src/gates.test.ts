import type { StepVerdict } from '@leadline/connectors'
import type { LeadId } from '@leadline/domain'
import type { Flow, Gates } from '@leadline/flows'
import { type CapSpec, compileHours, compilePricing, compileRules } from '@leadline/language'
import { createMemoryCluster } from '@leadline/log'
import { enterCaps, firstWalk, startWalk, toRecord } from '@leadline/walk'
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

const open: Gates = { mappings: [], acceptance: null, pricing: null, caps: [], hours: null }
const gated = (gates: Partial<Gates>, more: Partial<Flow> = {}, run: Run = accept) =>
  flowsWith(run, { gates: new Map([['web', { ...open, ...gates }]]), ...more })
const cap = (max: number, scope: CapSpec['scope'] = 'flow', per: CapSpec['per'] = 'day'): CapSpec => ({ max, per, scope })
const hours = compileHours({ timezone: 'UTC', days: { mon: ['09:00-17:00'] } })
const monday = Date.UTC(2025, 0, 6, 12)
const tuesday = monday + 86_400_000

const refuse: Run = async (): Promise<StepVerdict> => ({
  conclusion: { type: 'failure', reason: 'no', appended: {}, reference: null },
  rule: 'refused',
  destination: 'partner:443',
  exchange: null,
})
/** The partner says no to leads that ask for it. */
const picky: Run = (call) => (call.view.lead['wanted'] === 'no' ? refuse(call) : accept(call))

const endings = async (scenario: Scenario, count: number) => {
  await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length >= count)
  return scenario.events('lead-completed', topics.completed)
}
const reasons = async (scenario: Scenario, count: number) =>
  (await endings(scenario, count)).map(({ outcome, reason, rule }) => `${outcome} ${reason} ${rule}`).sort()

describe('a lead that a gate refuses', () => {
  it('ends before its first step with the criterion it failed as reason, at no price', async () => {
    const flows = gated({ acceptance: compileRules('lead.state is CA'), pricing: compilePricing([{ price: 5 }]) })
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { state: 'TX' })])
    expect(await endings(scenario, 1)).toMatchObject([
      { outcome: 'failure', reason: 'State must be equal to CA', rule: 'acceptance', step: null, price: null },
    ])
    expect(await scenario.events('activity', topics.activity)).toEqual([])
  })

  it('by its criteria or by the hours makes no duplicate of an equal one that is taken later', async () => {
    const dedupe = { fields: ['email'], windowMs: 7 * 86_400_000 }
    const flows = gated({ acceptance: compileRules('lead.state is CA'), hours }, { dedupe })
    await using scenario = await startScenario(flows)
    const email = 'a@example.com'
    await receive(scenario, [
      { ...received(flows, { email, state: 'TX' }), receivedAt: monday },
      { ...received(flows, { email, state: 'CA' }), receivedAt: tuesday },
      { ...received(flows, { email, state: 'CA' }), receivedAt: monday },
      { ...received(flows, { email, state: 'CA' }), receivedAt: tuesday },
    ])
    expect(await reasons(scenario, 4)).toEqual([
      'failure Duplicate lead duplicate',
      'failure State must be equal to CA acceptance',
      'failure Submission Timestamp must be within hours of operation hours',
      'success null last-step',
    ])
  })
})

describe('the price of a lead', () => {
  it('stands until a step says another', async () => {
    const free: Run = async (call) => {
      const verdict = await accept(call)
      return { ...verdict, conclusion: { type: 'success', appended: {}, price: null, reference: null } }
    }
    const flows = gated({ pricing: compilePricing([{ price: 2 }, { if: 'lead.vip is true', price: 7 }]) }, {}, free)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, {}), received(flows, { vip: 'yes' })])
    expect((await endings(scenario, 2)).map(({ price }) => price).sort()).toEqual([2, 7])
  })
})

describe('a cap', () => {
  it('lets as many leads pass as it says, with several workers', async () => {
    const flows = gated({ caps: [cap(40)] })
    const cluster = createMemoryCluster()
    await using scenario = await startScenario(flows, cluster)
    await using _second = await startScenario(flows, cluster)
    await receive(
      scenario,
      Array.from({ length: 100 }, () => received(flows, {})),
    )
    const all = await reasons(scenario, 100)
    expect(all.filter((reason) => reason === 'success null last-step').length).toBe(40)
    expect(all.filter((reason) => reason === 'failure Cap reached cap').length).toBe(60)
  })

  it('does not count leads that fail', async () => {
    const flows = gated({ caps: [cap(1)] }, {}, picky)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { wanted: 'no' })])
    await endings(scenario, 1)
    await receive(scenario, [received(flows, {})])
    await endings(scenario, 2)
    await receive(scenario, [received(flows, {})])
    expect(await reasons(scenario, 3)).toEqual(['failure Cap reached cap', 'failure no last-step', 'success null last-step'])
  })

  it('counts each period apart, by when leads were received', async () => {
    const flows = gated({ caps: [cap(1)] })
    await using scenario = await startScenario(flows)
    await receive(
      scenario,
      [monday, tuesday, monday, tuesday].map((receivedAt) => ({ ...received(flows, {}), receivedAt })),
    )
    const all = await endings(scenario, 4)
    const passed = all.filter(({ outcome }) => outcome === 'success').map(({ receivedAt }) => receivedAt)
    expect(passed.sort()).toEqual([monday, tuesday])
  })

  it('of the source is asked before that of the flow; who is refused by the second leaves the first as it was', async () => {
    const flows = gated({ caps: [cap(2, 'source', 'total'), cap(1, 'flow')] })
    await using scenario = await startScenario(flows)
    const lead = (receivedAt: number) => ({ ...received(flows, {}), receivedAt })
    await receive(scenario, [lead(monday)])
    await endings(scenario, 1)
    await receive(scenario, [lead(monday)])
    await endings(scenario, 2)
    await receive(scenario, [lead(tuesday)])
    await endings(scenario, 3)
    await receive(scenario, [lead(tuesday + 86_400_000)])
    const all = await endings(scenario, 4)
    expect(all.filter(({ outcome }) => outcome === 'success').map(({ receivedAt }) => receivedAt)).toHaveLength(2)
    expect(all.filter(({ reason }) => reason === 'Cap reached')).toHaveLength(2)
  })

  it('takes no place for a lead that came out of hours, which hears of a full cap first', async () => {
    const flows = gated({ caps: [cap(1, 'flow', 'total')], hours })
    await using scenario = await startScenario(flows)
    const lead = (receivedAt: number) => ({ ...received(flows, {}), receivedAt })
    await receive(scenario, [lead(tuesday)])
    await endings(scenario, 1)
    await receive(scenario, [lead(monday)])
    await endings(scenario, 2)
    await receive(scenario, [lead(tuesday)])
    expect(await reasons(scenario, 3)).toEqual([
      'failure Cap reached cap',
      'failure Submission Timestamp must be within hours of operation hours',
      'success null last-step',
    ])
  })

  it('gives no second place to a replay, and a place to the replay of a lead that had failed', async () => {
    const flows = gated({ caps: [cap(1)] }, {}, picky)
    const [flow] = flows.byName.values()
    if (flow === undefined) throw new Error('no flow')
    await using scenario = await startScenario(flows)
    const replay = async (lead: { wanted?: string }, leadId: LeadId, generation: number) => {
      const walk = firstWalk(flow, received(flows, lead, leadId))
      const work = { ...walk, generation, step: 'deliver', attempt: 1, firstFailedAt: null }
      const drafts = enterCaps(flow, [{ type: 'work', pool: 'default', event: work }])
      await scenario.log.append(drafts.map((draft) => toRecord(draft, { codec: scenario.codec, topics })))
    }
    const [first, second] = [newId(), newId()]
    await receive(scenario, [received(flows, { wanted: 'no' }, first)])
    await endings(scenario, 1)
    await replay({}, first, 1)
    await endings(scenario, 2)
    await replay({}, first, 2)
    await endings(scenario, 3)
    await receive(scenario, [received(flows, {}, second)])
    const all = await endings(scenario, 4)
    expect(all.filter(({ leadId }) => leadId === first).map(({ outcome }) => outcome)).toEqual(['failure', 'success', 'success'])
    expect(all.find(({ leadId }) => leadId === second)?.reason).toBe('Cap reached')
  })

  it('asks leads of flows without caps nothing', () => {
    const flows = flowsWith(accept)
    const [flow] = flows.byName.values()
    const drafts = flow === undefined ? [] : enterCaps(flow, startWalk(flow, received(flows, {}), null, 0))
    expect(drafts.map(({ type }) => type)).toEqual(['work'])
  })
})

describe('a cap of a step', () => {
  const twoSteps = (run: Run, more: Partial<Flow['steps'][number]> = {}) => {
    const flows = gated({}, {}, run)
    const [flow] = flows.byName.values()
    const [step] = flow?.steps ?? []
    if (flow === undefined || step === undefined) throw new Error('no step')
    const steps = [
      { ...step, name: 'first', append: 'first', caps: [cap(1, 'step')], ...more },
      { ...step, name: 'second', append: 'second', action: { destination: null, run: accept } },
    ]
    return { ...flows, byName: new Map([['demo', { ...flow, steps }]]) }
  }
  const outcomes = async (scenario: Scenario) =>
    (await Promise.all([topics.outcomes.success, topics.outcomes.failure].map((topic) => scenario.events('step-outcome', topic))))
      .flat()
      .map(({ step, outcome, reason, rule }) => `${step} ${outcome} ${reason} ${rule}`)
      .sort()

  it('fails the step for the leads that are too many; they go on to the next', async () => {
    const flows = twoSteps(accept)
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, {}), received(flows, {})])
    expect(await reasons(scenario, 2)).toEqual(['success null last-step', 'success null last-step'])
    expect(await outcomes(scenario)).toEqual([
      'first failure Cap reached cap',
      'first success null success-status',
      'second success null success-status',
      'second success null success-status',
    ])
  })

  it('has its place again when the step fails, or is skipped by its own rules', async () => {
    const flows = twoSteps(picky, { when: compileRules('lead.skip is not true') })
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { wanted: 'no' })])
    await endings(scenario, 1)
    await receive(scenario, [received(flows, { skip: 'yes' })])
    await endings(scenario, 2)
    await receive(scenario, [received(flows, {})])
    await endings(scenario, 3)
    expect((await outcomes(scenario)).filter((outcome) => outcome.startsWith('first'))).toEqual([
      'first failure no refused',
      'first success null success-status',
    ])
  })
})
