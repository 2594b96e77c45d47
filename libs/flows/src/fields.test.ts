import { typeLead } from '@leadline/language'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario } from './flow-scenario.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

const declared = `fields:
  amount: number
  income: { type: range, sensitive: true }
  purpose: purpose
  loan.opened: lately
  phone: { sensitive: true }
types:
  purpose: { oneOf: [Purchase, Refinance] }
  lately: { base: date, min: 2020-01-01 }
`

describe('the fields of a flow', () => {
  it('are read by the types that it declares, standard ones and its own', async () => {
    const { fields } = await scenario.loadOne(flowWith(httpStep, declared))
    const lead = { amount: '$85,000', purpose: 'refinance', loan: { opened: '3/5/2025' }, phone: '(737) 874-2833' }
    expect(typeLead(lead, fields, 0)).toEqual({
      fields: { amount: 85_000, purpose: 'Refinance', loan: { opened: '2025-03-05' }, phone: '7378742833' },
      invalid: [],
    })
    expect(typeLead({ purpose: 'lease', loan: { opened: '3/5/2019' } }, fields, 0).invalid).toEqual(['purpose', 'loan.opened'])
    expect(['income', 'phone', 'amount', 'ssn'].filter(fields.isSensitive)).toEqual(['income', 'phone', 'ssn'])
  })

  it('are of the standard types when it declares none', async () => {
    const { fields } = await scenario.loadOne(flowWith(httpStep))
    expect([fields.of('phone_1').name, fields.of('amount').name]).toEqual(['phone', 'string'])
  })

  it.each([
    ['fields:\n  a: phnoe\n', ':5: fields.a: there is no type "phnoe"; did you mean "phone"?'],
    ['fields:\n  a: { typ: phone }\n', ':5: fields.a.typ: unknown key "typ"; did you mean "type"?'],
    ['types:\n  a: { base: numbr, min: 1 }\n', ':5: types.a.base: there is no type "numbr"; did you mean "number"?'],
    ['types:\n  a: { matches: "(?=x)" }\n', ':5: types.a.matches: the pattern /(?=x)/ looks ahead or behind'],
    ['types:\n  a: {}\n', ':5: types.a: needs a rule'],
    ['types:\n  phone: { oneOf: [x] }\n', ':5: types.phone: is the name of a type that comes with Leadline'],
    ['types:\n  a: { base: string, min: 1 }\n', ':5: types.a.min: a string has no order'],
    ['types:\n  a: { base: number, max: "2020-01-01" }\n', ':5: types.a.max: must be a number'],
    ['types:\n  a: { base: date, max: 5 }\n', ':5: types.a.max: must be a date'],
  ])('with a mistake are refused: %j', async (head, message) => {
    await scenario.write('one.yaml', flowWith(httpStep, head))
    await expect(scenario.load()).rejects.toThrow(message)
  })
})
