import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario } from './flow-scenario.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

const call = { idempotencyKey: 'k', traceparent: null, attempt: 1, now: () => 0, signal: new AbortController().signal }
const view = (lead: Record<string, string>) => ({ lead, appended: {}, source: {}, flow: {} })

describe("a step's when", () => {
  it.each([
    ['when: lead.state is CA'],
    ['when: { lhv: lead.state, op: is equal to, rhv: CA }'],
    ['when: { path: lead.state, is: equal, value: CA }'],
    ['when: { op: or, rules: [lead.vip is true, { rules: [lead.state is CA] }] }'],
  ])('may be written as "%s"', async (when) => {
    const flow = await scenario.loadOne(flowWith(`${httpStep}\n${when}`))
    expect([{ state: 'ca' }, { state: 'TX' }].map((lead) => flow.steps[0]?.when?.(view(lead)).type)).toEqual(['pass', 'fail'])
  })

  it('is not there unless it is written', async () => {
    expect((await scenario.loadOne(flowWith(httpStep))).steps[0]).not.toHaveProperty('when')
  })

  it.each([
    ['when: laed.state is CA', /steps\.0\.when: .*did you mean "lead"/],
    ['when: { lhv: lead.state, op: is eqal to, rhv: CA }', /steps\.0\.when: .*did you mean "is equal to"/],
    [
      'when: { rules: [lead.a is 1, { lhv: lead.b, op: matches pattern, rhv: "(a)\\\\1" }] }',
      /steps\.0\.when\.rules\.1: .*refers back/,
    ],
  ])('that is wrong is named with its place: %s', async (when, message) => {
    await scenario.write('one.yaml', flowWith(`${httpStep}\n${when}`))
    await expect(scenario.load()).rejects.toThrow(message)
  })
})

describe("a flow's settings", () => {
  it('are read by templates, values of the environment among them', async () => {
    const settings = `settings: { region: west, keys: { crm: "\${KEY}" } }\n`
    const step =
      'uses: http\nwith: { url: "https://crm.example/{{settings.region}}", headers: { X-Key: "{{settings.keys.crm}}" } }'
    await scenario.write('one.yaml', flowWith(step, settings))
    const { byName, secrets } = await scenario.load({ KEY: 's3cret' })
    const flow = byName.get('one')
    await flow?.steps[0]?.action.run({ ...call, view: { ...view({}), settings: flow.settings ?? {} } })
    expect(scenario.calls[0]?.request).toMatchObject({ url: 'https://crm.example/west', headers: { 'X-Key': 's3cret' } })
    expect(secrets).toContain('s3cret')
  })
})
