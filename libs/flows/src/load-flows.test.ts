// biome-ignore-all lint/suspicious/noTemplateCurlyInString: flow files write their variables so
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FlowScenario, flowWith, httpStep, openFlowScenario, runFirstStep } from './flow-scenario.ts'

let scenario: FlowScenario
beforeEach(async () => {
  scenario = await openFlowScenario()
})
afterEach(() => scenario.close())

describe('a flow file', () => {
  it('becomes a flow with defaults', async () => {
    const flow = await scenario.loadOne(flowWith(httpStep))
    expect(flow).toMatchObject({ name: 'one', title: 'one', dedupe: null, version: expect.stringMatching(/^[0-9a-f]{12}$/) })
    expect(flow.sources.get('web')).toEqual({ name: 'web', title: 'web', auth: { type: 'api-key', keys: ['k'] } })
    expect(flow.steps[0]).toMatchObject({
      name: 'send',
      connector: 'http',
      role: 'decides',
      pool: 'default',
      append: 'send',
      onError: 'stop',
      onFailure: 'continue',
      retry: { maxAttempts: 6, baseDelayMs: 1_000 },
    })
  })

  it('says everything that can be said', async () => {
    const flow = await scenario.loadOne(`
flow: full
title: Full
sources:
  a: { title: A, auth: { apiKeys: [k1, k2] } }
  b: { auth: { basic: { username: u, password: p } } }
  c: { auth: none }
dedupe: { fields: [email, phone.0], window: 30d }
steps:
  - name: first
    uses: http
    append: one
    pool: slow
    retry: { attempts: 3, delay: 500ms, factor: 3, max: 10s, jitter: 0 }
    onError: continue
    onFailure: stop
    timeouts: { connect: 1s, firstByte: 2s, total: 3s }
    with: { url: "https://crm.example/x" }
  - name: gate
    uses: filter
    retry: none
    with: { path: appended.one.ok, is: equal, value: true }
`)
    expect(flow.dedupe).toEqual({ fields: ['email', 'phone.0'], windowMs: 30 * 86_400_000 })
    expect([...flow.sources.values()].map(({ auth }) => auth)).toEqual([
      { type: 'api-key', keys: ['k1', 'k2'] },
      { type: 'basic', username: 'u', password: 'p' },
      { type: 'none' },
    ])
    expect(flow.steps[0]).toMatchObject({
      append: 'one',
      pool: 'slow',
      onError: 'continue',
      onFailure: 'stop',
      retry: { maxAttempts: 3, baseDelayMs: 500, factor: 3, maxDelayMs: 10_000, jitter: 0 },
    })
    expect(flow.steps[1]).toMatchObject({ name: 'gate', role: 'gates', append: 'gate', retry: { maxAttempts: 1 } })
    expect((await scenario.load()).pools).toEqual(['default', 'slow'])
  })

  it('gives a step its timeouts, which grow with the attempts', async () => {
    const flow = await scenario.loadOne(flowWith(`${httpStep}\ntimeouts: { connect: 1s, total: 4s }`))
    await runFirstStep(flow, 1)
    await runFirstStep(flow, 2)
    expect(scenario.calls.map(({ limits }) => [limits.connectMs, limits.firstByteMs, limits.totalMs])).toEqual([
      [1_000, 30_000, 4_000],
      [1_500, 45_000, 6_000],
    ])
  })

  it('has a version of its values, not of its layout, its comments or its environment', async () => {
    const plain = await scenario.loadOne(flowWith('uses: http\nwith: { url: "https://crm.example/${PATH_PART}", method: PUT }'), {
      PATH_PART: 'a',
    })
    const rewritten = await scenario.loadOne(
      flowWith('# note\nwith:\n  method: PUT\n  url: https://crm.example/${PATH_PART}\nuses: http'),
      { PATH_PART: 'b' },
    )
    const changed = await scenario.loadOne(
      flowWith('uses: http\nwith: { url: "https://crm.example/${PATH_PART}", method: POST }'),
      {
        PATH_PART: 'a',
      },
    )
    expect(rewritten.version).toBe(plain.version)
    expect(changed.version).not.toBe(plain.version)
  })
})

describe('the environment', () => {
  it('is put in at load, and what it gave is secret everywhere', async () => {
    await scenario.write(
      'one.yaml',
      flowWith('uses: http\nwith: { url: "https://crm.example/x", headers: { X-Key: "${CRM_KEY}" } }'),
    )
    const flows = await scenario.load({ CRM_KEY: 'very-secret-key' })
    expect(flows.secrets).toEqual(['very-secret-key', 'k'])
    const flow = flows.byName.get('one')
    const verdict = await runFirstStep(flow, 1)
    expect(scenario.calls[0]?.request.headers['X-Key']).toBe('very-secret-key')
    expect(JSON.stringify(verdict)).not.toContain('very-secret-key')
    expect(verdict).toMatchObject({ conclusion: { appended: { echo: '***' } } })
  })

  it('may give the address of a destination, which is no secret', async () => {
    await scenario.write('one.yaml', flowWith('uses: http\nwith: { url: "${PARTNER_URL}/x" }'))
    expect((await scenario.load({ PARTNER_URL: 'http://127.0.0.1:9000' })).secrets).toEqual(['k'])
    expect((await scenario.load({ PARTNER_URL: 'https://hooks.example/T0/secret' })).secrets).toContain(
      'https://hooks.example/T0/secret',
    )
  })
})
