import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'
import { demoFlow, openScenario, type Scenario } from './standalone-scenario.ts'

const command = new URL('../../services/console/src/replay-command.ts', import.meta.url).pathname
// The fake partner refuses phones that end so when it sells, and knows them when it looks them up.
const refusedPhone = '5125550194'
const acceptedPhone = '5125550120'

let partner: Partner
let scenario: Scenario
let refused: readonly unknown[]

beforeEach(async () => {
  partner = await openPartner({ behaviour: 'mix' })
  // The partner decides by the phone, so it has to be told.
  scenario = openScenario(demoFlow(partner.url).replace('json: { email:', 'json: { phone: "{{lead.phone}}", email:'))
  await scenario.start()
  const phones = [refusedPhone, acceptedPhone, refusedPhone, refusedPhone]
  const leadIds = await Promise.all(phones.map((phone) => submit(phone)))
  await Promise.all(leadIds.map(scenario.completedLead))
  refused = leadIds.filter((_, index) => phones[index] === refusedPhone)
})

afterEach(async () => {
  await scenario[Symbol.asyncDispose]()
  await partner.close()
})

async function submit(phone: string): Promise<unknown> {
  const { body } = await scenario.post(JSON.stringify({ email: 'ada@example.com', phone }))
  return body['leadId']
}

/** Runs `npm run replay -- …` without npm, and resolves with what it printed. */
async function replay(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...args], { env: { LEADLINE_URL: scenario.url } })
  return stdout
}

async function generations(leadIds: readonly unknown[]): Promise<unknown[]> {
  const leads = await Promise.all(leadIds.map((leadId) => scenario.get(`/v1/leads/${leadId}`)))
  return leads.map(({ body }) => `${body['generation']} ${body['status']} ${body['outcome']}`)
}

const failed = ['--flow', 'demo', '--outcome', 'error']

describe('a replay of the leads that ended in error', () => {
  it('runs as many as its dry run counted, and calls no step again that had succeeded', async () => {
    const phoneCalls = partner.stats().phoneCalls
    expect(await replay(...failed, '--dry-run')).toContain('would start    3 leads (error 3)')
    partner.setBehaviour({ behaviour: 'accept' })
    expect(await replay(...failed)).toContain('completed: 3 of 3 started, 3 ended (success 3, failure 0, error 0)')
    expect(await generations(refused)).toEqual(Array(3).fill('1 completed success'))
    expect(partner.stats()).toMatchObject({ phoneCalls, leadCalls: 4 + 3 })
  })

  it('leaves history as it was and adds the new generation behind it', async () => {
    const [leadId] = refused
    const { events: before } = await scenario.completedLead(leadId)
    partner.setBehaviour({ behaviour: 'accept' })
    await replay('--lead', String(leadId))
    const { events: after } = await scenario.completedLead(leadId)
    const [old, added] = Array.isArray(before) && Array.isArray(after) ? [before, after.slice(before.length)] : []
    expect(after).toEqual([...(old ?? []), ...(added ?? [])])
    expect(added?.map(({ type, step }) => [type, step ?? ''].join(' ').trim())).toEqual([
      'replay.started partner',
      'step.skipped check',
      'step.skipped wanted',
      'step.succeeded partner',
      'lead.completed partner',
    ])
  })

  it('sends the keys that the destination knows, or new ones when told so', async () => {
    const distinctKeys = partner.stats().distinctKeys
    await replay(...failed)
    expect(partner.stats().distinctKeys).toBe(distinctKeys)
    await replay(...failed, '--new-keys')
    expect(partner.stats().distinctKeys).toBe(distinctKeys + 3)
    expect(await generations(refused)).toEqual(Array(3).fill('2 completed error'))
  })

  it('runs all steps again when told so', async () => {
    const phoneCalls = partner.stats().phoneCalls
    await replay(...failed, '--rerun-succeeded')
    expect(partner.stats().phoneCalls).toBe(phoneCalls + 3)
  })

  it('finds them by their dead letters too', async () => {
    partner.setBehaviour({ behaviour: 'accept' })
    expect(await replay('--topic', 'dead-letters', '--from-offset', '0')).toContain('completed: 3 of 3 started, 3 ended')
    expect(await generations(refused)).toEqual(Array(3).fill('1 completed success'))
  })
})
