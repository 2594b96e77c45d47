import { LeadlineError } from '@leadline/domain'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario } from './flow-scenario.ts'
import { orderKeyOf } from './order-key.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

const mistakesOf = (text: string): Promise<string> =>
  scenario.loadOne(text).then(
    () => 'no mistake',
    (error: unknown) => (error instanceof LeadlineError ? error.message : String(error)),
  )

describe('the limits of a step', () => {
  it('are none unless it says so', async () => {
    const flow = await scenario.loadOne(flowWith(httpStep))
    expect(flow.steps[0]?.limits).toEqual({ concurrency: null, ratePerSecond: null, quota: null })
  })

  it.each([
    ['50/s', 50],
    ['600/m', 10],
    ['7200/h', 2],
  ])('read the rate %s as %d calls a second', async (rate, perSecond) => {
    const flow = await scenario.loadOne(flowWith(`${httpStep}\nlimits: { rate: ${rate}, concurrency: 3, quota: 10000/day }`))
    expect(flow.steps[0]?.limits).toEqual({ concurrency: 3, ratePerSecond: perSecond, quota: { max: 10_000, per: 'day' } })
  })

  it.each([
    ['rate: fast', 'steps.0.limits.rate'],
    ['rate: 0/s', 'steps.0.limits.rate'],
    ['quota: 10/week', 'steps.0.limits.quota'],
    ['concurrency: 0', 'steps.0.limits.concurrency'],
  ])('refuse "%s" with its place', async (limit, place) => {
    expect(await mistakesOf(flowWith(`${httpStep}\nlimits: { ${limit} }`))).toContain(place)
  })
})

describe('the order of leads', () => {
  it('is kept by the field that the flow names, whatever its case', async () => {
    const flow = await scenario.loadOne(flowWith(`${httpStep}\norder: follow`, 'orderBy: customer.id\n'))
    expect(flow.steps[0]?.order).toBe('follow')
    const key = orderKeyOf(flow, { customer: { id: ' A7 ' } })
    expect(key).toMatch(/^[0-9a-f]{32}$/)
    expect(orderKeyOf(flow, { customer: { id: 'a7' } })).toBe(key)
    expect(orderKeyOf(flow, { customer: { id: 'a8' } })).not.toBe(key)
    expect(orderKeyOf(flow, { customer: {} })).toBeNull()
  })

  it('cannot be followed in a flow that names no field', async () => {
    expect(await mistakesOf(flowWith(`${httpStep}\norder: follow`))).toContain('needs orderBy in the flow')
  })
})
