import type { View } from '@leadline/language'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario } from './flow-scenario.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

const view = (lead: View['lead']): View => ({ lead, appended: {}, source: {}, flow: {} })
const gatesOf = async (head: string) => (await scenario.loadOne(flowWith(httpStep, head))).gates.get('web')
const mistakesIn = (head: string, step = httpStep) =>
  scenario.loadOne(flowWith(step, head)).then(
    () => 'none',
    (error: Error) => error.message,
  )

describe('the gates of a source', () => {
  it('are not there when the flow says nothing of any', async () => {
    expect(await gatesOf('')).toBeUndefined()
  })

  it('are its flow’s criteria, then its own; the rule that fails first is the reason', async () => {
    const flow = await scenario.loadOne(`
flow: one
acceptance: lead.state is CA
sources:
  web: { auth: none, acceptance: [lead.age > 17, { op: or, rules: [lead.vip is true, lead.income > 1000] }] }
  other: { auth: none }
steps: [{ name: send, uses: http, with: { url: "https://crm.example/x" } }]`)
    const [web, other] = ['web', 'other'].map((source) => flow.gates.get(source)?.acceptance)
    expect(web?.(view({ state: 'CA', age: 18, vip: 'yes' }))).toEqual({ type: 'pass' })
    expect(web?.(view({ state: 'NY', age: 1 }))).toEqual({ type: 'fail', reason: 'State must be equal to CA' })
    expect(web?.(view({ state: 'CA', age: 1 }))).toEqual({ type: 'fail', reason: 'Age must be greater than 17' })
    expect(other?.(view({ state: 'CA' }))).toEqual({ type: 'pass' })
  })

  it('do not let pass a lead for which a rule cannot be asked', async () => {
    const gates = await gatesOf('acceptance: "lead.a.padEnd(lead.n) == lead.a"\n')
    expect(gates?.acceptance?.(view({ a: 'x', n: 1e9 }))).toMatchObject({ type: 'fail' })
  })

  it('know the price: of all that hold the last, the source’s after the flow’s', async () => {
    const flow = await scenario.loadOne(`
flow: one
pricing: [{ price: 2 }, { if: lead.state is CA, price: "{{lead.bid * 2}}" }]
sources: { web: { auth: none, pricing: { if: lead.vip is true, price: 9.5 } } }
steps: [{ name: send, uses: http, with: { url: "https://crm.example/x" } }]`)
    const pricing = flow.gates.get('web')?.pricing
    expect([{}, { state: 'CA', bid: 3 }, { state: 'CA', bid: 3, vip: 'y' }].map((lead) => pricing?.(view(lead)))).toEqual([
      2, 6, 9.5,
    ])
  })

  it('count by the flow’s time zone, the source’s caps before the flow’s; steps have their own', async () => {
    const flow = await scenario.loadOne(`
flow: one
timezone: America/New_York
caps: { max: 100, per: day }
sources: { web: { auth: none, caps: [{ max: 5, per: minute }, { max: 50, per: total }] } }
steps: [{ name: send, uses: http, caps: { max: 7, per: month }, with: { url: "https://crm.example/x" } }]`)
    const timezone = 'America/New_York'
    expect(flow.gates.get('web')?.caps).toEqual([
      { max: 5, per: 'minute', scope: 'source', timezone },
      { max: 50, per: 'total', scope: 'source', timezone },
      { max: 100, per: 'day', scope: 'flow', timezone },
    ])
    expect(flow.steps[0]?.caps).toEqual([{ max: 7, per: 'month', scope: 'step', timezone }])
  })

  it('have hours by the flow’s clock, daylight saving included', async () => {
    const gates = await gatesOf('timezone: America/New_York\nhours: { days: { mon: 09:00-17:00 }, closed: [2025-03-17] }\n')
    const open = (iso: string) => gates?.hours?.(Date.parse(iso))
    expect(['2025-03-03T13:30:00Z', '2025-03-10T13:30:00Z', '2025-03-17T13:30:00Z'].map(open)).toEqual([false, true, false])
  })
})

describe('a mistake in a gate', () => {
  it.each([
    ['timezone: America/New_Yrok\n', /timezone: "America\/New_Yrok" is not a time zone/],
    ['acceptance: { lhv: lead.a, op: is bigger, rhv: 1 }\n', /acceptance: "is bigger" is not an operator/],
    ['acceptance: [lead.a is b, "lead.("]\n', /acceptance\.1: /],
    ['pricing: [{ price: -1 }]\n', /pricing\.0\.price: /],
    ['pricing: { if: laed.a is b, price: 1 }\n', /"laed" cannot be read here; did you mean "lead"/],
    ['caps: { max: 1, per: fortnight }\n', /caps\.per: /],
    ['caps: { max: 1.5, per: day }\n', /caps\.max: /],
    ['caps: [{ max: 1, per: day }, { max: 2, per: day }]\n', /caps\.1\.per: there is a cap per "day" already/],
    ['hours: { days: { mon: 9-17 } }\n', /hours: "9-17" is not a period like 09:00-17:30/],
    ['hours: { days: { monday: 09:00-17:00 } }\n', /hours\.days/],
    ['mapping: [a territory]\n', /mapping\.0: "a territory" is not a mapping/],
    ['mapping: [{ property: a, value: "{{laed.x}}" }]\n', /mapping\.0: .*did you mean "lead"/],
  ])('is named: %j', async (head, message) => {
    expect(await mistakesIn(head)).toMatch(message)
  })

  it('of a step is named too', async () => {
    expect(await mistakesIn('', `${httpStep}\ncaps: { max: -1, per: day }`)).toMatch(/steps\.0\.caps\.max: /)
  })
})
