import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defaultCallLimits, type StepVerdict } from '@leadline/connectors'
import { isJsonObject, type JsonObject } from '@leadline/domain'
import { type Flow, loadFlows } from '@leadline/flows'
import { parseJson } from '@leadline/formats'
import { type HttpCaller, openHttpCaller } from '@leadline/http'
import pLimit from 'p-limit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPartner, type Partner } from '../../examples/01-demo/partner.ts'

const example = fileURLToPath(new URL('../../examples/01-demo', import.meta.url))
let partner: Partner
let http: HttpCaller
let flow: Flow

beforeEach(async () => {
  partner = await openPartner()
  http = openHttpCaller({ allowLoopback: true })
  flow = await load(1_500)
})

afterEach(async () => {
  await http[Symbol.asyncDispose]()
  await partner.close()
})

/** The demo with short timeouts, whatever its file says. */
async function load(totalMs: number): Promise<Flow> {
  const impatient: HttpCaller = {
    call: (request, limits, signal) => http.call(request, { ...limits, firstByteMs: totalMs, totalMs }, signal),
    [Symbol.asyncDispose]: async () => {},
  }
  const tools = { http: impatient, limits: defaultCallLimits, redact: (text: string) => text }
  const flows = await loadFlows(example, { env: { PARTNER_URL: partner.url }, tools })
  const demo = flows.byName.get('demo')
  if (demo === undefined) throw new Error('the example has no flow named demo')
  return demo
}

async function readLeads(): Promise<JsonObject[]> {
  const lines = (await readFile(`${example}/leads.jsonl`, 'utf8')).trim().split('\n')
  return lines.map((line) => parseJson(line)).filter(isJsonObject)
}

/** Runs one step of a lead up to `attempts` times, as long as it ends in a retryable error; waits for nothing. */
async function runStep(name: string, lead: JsonObject, appended: JsonObject, attempts: number): Promise<StepVerdict> {
  const step = flow.steps.find((candidate) => candidate.name === name)
  if (step === undefined) throw new Error(`the demo has no step ${name}`)
  const call = {
    idempotencyKey: `${name}:${lead['email']}`,
    traceparent: null,
    now: () => 0,
    signal: new AbortController().signal,
  }
  const view = { lead, appended, source: { name: 'web' }, flow: { name: 'demo' } }
  let verdict = await step.action.run({ ...call, view, attempt: 1 })
  for (let attempt = 2; attempt <= attempts && isRetryable(verdict); attempt++)
    verdict = await step.action.run({ ...call, view, attempt })
  return verdict
}

const isRetryable = ({ conclusion }: StepVerdict): boolean => conclusion.type === 'error' && conclusion.error.retryable

async function walk(lead: JsonObject): Promise<string> {
  const phone = await runStep('phone_check', lead, {}, 6)
  const appended = phone.conclusion.type === 'success' ? { phone_check: phone.conclusion.appended } : {}
  const filter = await runStep('phone_filter', lead, appended, 1)
  if (filter.conclusion.type === 'stop') return `stop: ${filter.conclusion.reason}`
  return describeEnd(await runStep('partner', lead, appended, 5))
}

function describeEnd({ conclusion }: StepVerdict): string {
  switch (conclusion.type) {
    case 'success':
    case 'continue':
      return 'success'
    case 'failure':
    case 'stop':
      return `failure: ${conclusion.reason}`
    case 'error':
      return `error: ${conclusion.error.code}`
  }
}

describe('the demo', () => {
  it('ends for its 200 leads as its README says', async () => {
    // A few at a time: a call that a busy machine makes too slow for its timeout would be made again.
    const ends = await pLimit(16).map(await readLeads(), walk)
    const counts: Record<string, number> = {}
    for (const end of ends) counts[end] = (counts[end] ?? 0) + 1
    expect(counts).toEqual(await countsOfReadme())
    expect(partner.stats()).toMatchObject({ withoutKey: 0, acceptedMoreThanOnce: 0 })
  })
})

/** The rows of the README's table of outcomes, `| 152 | success |`. */
async function countsOfReadme(): Promise<Record<string, number>> {
  const readme = await readFile(`${example}/README.md`, 'utf8')
  const rows = [...readme.matchAll(/^\| (\d+) +\| `((?:success|stop|failure|error)[^`]*)` +\|/gm)]
  return Object.fromEntries(rows.map(([, count, end]) => [end ?? '', Number(count)]))
}

describe('the fake partner', () => {
  const lead: JsonObject = { email: 'a@example.com', phone: '(212) 555-0150' }
  const deliver = (attempts = 1) => runStep('partner', lead, {}, attempts)

  it('accepts, with reference and price', async () => {
    partner.setBehaviour({ behaviour: 'accept' })
    expect((await deliver()).conclusion).toMatchObject({ type: 'success', reference: expect.stringMatching(/^P-/), price: 12.5 })
  })

  it('rejects with a reason', async () => {
    partner.setBehaviour({ behaviour: 'reject' })
    expect((await deliver()).conclusion).toMatchObject({ type: 'failure', reason: 'Lead rejected' })
  })

  it('fails twice, then accepts', async () => {
    partner.setBehaviour({ behaviour: 'fail-twice' })
    expect(await deliver(2)).toMatchObject({ rule: 'unavailable' })
    expect(await deliver()).toMatchObject({ conclusion: { type: 'success' } })
    expect(partner.stats()).toMatchObject({
      calls: 3,
      distinctKeys: 1,
      repeatedKeys: 1,
      repeatedCalls: 2,
      acceptedMoreThanOnce: 0,
    })
  })

  it('asks to wait', async () => {
    partner.setBehaviour({ behaviour: 'throttle' })
    expect(await deliver()).toMatchObject({ rule: 'throttled', conclusion: { error: { retryAfterMs: 1_000 } } })
  })

  it('hangs, so that nobody knows what became of the lead', async () => {
    partner.setBehaviour({ behaviour: 'hang' })
    expect(await deliver()).toMatchObject({ rule: 'unanswered-unknown', conclusion: { error: { class: 'unknown' } } })
  })

  it('fails the first call of a share of keys, always the same ones', async () => {
    partner.setBehaviour({ behaviour: 'accept', failFirstShare: 0.3 })
    const leads = Array.from({ length: 200 }, (_, index): JsonObject => ({ email: `x${index}`, phone: '50' }))
    const ends = await pLimit(16).map(leads, (one) => runStep('partner', one, {}, 2))
    const { repeatedKeys } = partner.stats()
    expect(new Set(ends.map(describeEnd))).toEqual(new Set(['success']))
    expect(repeatedKeys).toBeGreaterThan(30)
    expect(repeatedKeys).toBeLessThan(90)
  })

  it('takes its time when told to', async () => {
    partner.setBehaviour({ behaviour: 'accept', delayMs: 50 })
    const verdict = await deliver()
    const timings = verdict.exchange?.['timings']
    expect(isJsonObject(timings) ? Number(timings['totalMs']) : 0).toBeGreaterThanOrEqual(49)
  })
})
