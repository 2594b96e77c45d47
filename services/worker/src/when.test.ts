import type { Step } from '@leadline/flows'
import { compileRules } from '@leadline/language'
import { describe, expect, it } from 'vitest'
import { accept, eventually, flowsWith, receive, received, startScenario, topics } from './worker-scenario.ts'

/** The step of the scenario, after one that only some leads take. */
function withFirstStep(when: string) {
  const [deliver] = [...flowsWith(accept).byName.values()].flatMap(({ steps }) => steps)
  if (deliver === undefined) throw new Error('no step')
  const first: Step = { ...deliver, name: 'enrich', append: 'enrich', when: compileRules(when) }
  return flowsWith(accept, { steps: [first, deliver] })
}

describe("a step's when", () => {
  it('lets only leads take the step for which it holds; the others go on, and the reason is told', async () => {
    const flows = withFirstStep('lead.phone.area is 512')
    await using scenario = await startScenario(flows)
    const [austin, elsewhere] = [received(flows, { phone: '(512) 555-0123' }), received(flows, { phone: '737 874 2833' })]
    await receive(scenario, [austin, elsewhere])

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 2)

    const completed = await scenario.events('lead-completed', topics.completed)
    expect(completed.find(({ leadId }) => leadId === austin.leadId)?.appended).toBe(
      '{"enrich":{"ok":true},"deliver":{"ok":true}}',
    )
    expect(completed.find(({ leadId }) => leadId === elsewhere.leadId)?.appended).toBe('{"deliver":{"ok":true}}')
    const told = (await scenario.events('activity', topics.activity)).filter(({ leadId }) => leadId === elsewhere.leadId)
    expect(told.map(({ type, step, rule, reason, seq }) => ({ type, step, rule, reason, seq }))).toEqual([
      { type: 'step.skipped', step: 'enrich', rule: 'when', reason: 'Phone Area must be equal to 512', seq: 1 },
      { type: 'step.succeeded', step: 'deliver', rule: 'success-status', reason: null, seq: 2 },
    ])
  })

  it('left out as the last step ends the lead as it was', async () => {
    const [deliver] = [...flowsWith(accept).byName.values()].flatMap(({ steps }) => steps)
    const last =
      deliver === undefined
        ? []
        : [deliver, { ...deliver, name: 'extra', append: 'extra', when: compileRules('lead.vip is true') }]
    const flows = flowsWith(accept, { steps: last })
    await using scenario = await startScenario(flows)
    await receive(scenario, [received(flows, { vip: 'no' })])

    await eventually(async () => (await scenario.events('lead-completed', topics.completed)).length === 1)

    expect(await scenario.events('lead-completed', topics.completed)).toMatchObject([
      { outcome: 'success', price: 3, step: 'deliver', appended: '{"deliver":{"ok":true}}' },
    ])
  })
})
