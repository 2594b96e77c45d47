import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'
import { apiKey, openScenario, type Scenario } from './standalone-scenario.ts'

let partner: Partner
let scenario: Scenario

const gatedFlow = (url: string): string => `
flow: demo
timezone: America/New_York
mapping: ["if lead.st == 'California' then state = 'CA'"]
acceptance: lead.state is not NV
dedupe: { fields: [email], window: 1h }
pricing: [{ price: 2 }, { if: lead.state is CA, price: 5 }]
caps: { max: 2, per: total }
sources:
  web: { auth: { apiKey: ${apiKey} }, acceptance: lead.age > 17 }
steps:
  - name: partner
    uses: http
    caps: { max: 10, per: day }
    with:
      url: "${url}/leads"
      method: POST
      body: { json: { email: "{{lead.email}}" } }
      success: { path: status, equals: accepted }
      failure: { path: status, equals: rejected }
      reason: reason
`

beforeEach(async () => {
  partner = await openPartner({ behaviour: 'accept' })
  scenario = openScenario(gatedFlow(partner.url))
  await scenario.start()
})

afterEach(async () => {
  await scenario[Symbol.asyncDispose]()
  await partner.close()
})

const answerTo = async (fields: object) => (await scenario.post(JSON.stringify(fields), { query: '?wait=20' })).body

describe('the gates of a flow', () => {
  it('are passed in order: criteria, duplicates, price, caps; a refused lead costs nothing and is not sent', async () => {
    expect(await answerTo({ email: 'a@example.com', age: 20, state: 'NV' })).toMatchObject({
      outcome: 'failure',
      reason: 'State must not be equal to NV',
      price: 0,
    })
    expect(await answerTo({ email: 'a@example.com', age: 17 })).toMatchObject({ reason: 'Age must be greater than 17' })
    expect(await answerTo({ email: 'a@example.com', age: 20, st: 'California' })).toMatchObject({ outcome: 'success', price: 5 })
    expect(await answerTo({ email: 'A@example.com', age: 20 })).toMatchObject({ outcome: 'failure', reason: 'Duplicate lead' })
    expect(await answerTo({ email: 'b@example.com', age: 20 })).toMatchObject({ outcome: 'success', price: 2 })
    expect(await answerTo({ email: 'c@example.com', age: 20 })).toMatchObject({
      outcome: 'failure',
      reason: 'Cap reached',
      price: 0,
    })
    expect(partner.stats().distinctKeys).toBe(2)
  })

  it('count only leads that end well, also after a restart', async () => {
    partner.setBehaviour({ behaviour: 'reject' })
    expect(await answerTo({ email: 'a@example.com', age: 20 })).toMatchObject({ outcome: 'failure' })
    partner.setBehaviour({ behaviour: 'accept' })
    expect(await answerTo({ email: 'b@example.com', age: 20 })).toMatchObject({ outcome: 'success' })
    await scenario.stop()
    await scenario.start()
    expect(await answerTo({ email: 'c@example.com', age: 20 })).toMatchObject({ outcome: 'success' })
    const refused = await scenario.completedLead((await scenario.post('{"email":"d@example.com","age":20}')).body['leadId'])
    expect(refused).toMatchObject({ outcome: 'failure', reason: 'Cap reached' })
    expect(refused['events']).toMatchObject([{ type: 'lead.received' }, { type: 'lead.completed', rule: 'cap' }])
  })
})
